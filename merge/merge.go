package merge

import (
	"fmt"
	"iter"
	"slices"

	"runnertape"
)

// Source is a recording.
type Source interface {
	Header() runnertape.Recording
	// Exchanges are all exchanges in order of their ids. They are asked for more than once.
	Exchanges() iter.Seq2[*runnertape.Exchange, error]
}

// Input is one recording of several.
type Input struct {
	Name string // for errors
	Source
}

// Merge is one recording of several.
type Merge struct {
	header     runnertape.Recording
	upstreams  []string
	groups     []*group
	duplicates int64
}

// Taken is an exchange of the merged recording.
type Taken struct {
	*runnertape.Exchange        // with the id and connection that it has there
	From                 int    // place of the input that its bodies are in
	Was                  uint64 // its id there
}

// New reads the inputs, at least one, and says how they are merged, or in one sentence why they cannot be.
func New(inputs []Input) (*Merge, error) {
	if err := checkKeys(inputs); err != nil {
		return nil, err
	}
	m := &Merge{}
	for at, in := range inputs {
		h := in.Header()
		i := slices.IndexFunc(m.groups, func(g *group) bool { return g.header.IsOne(&h) })
		if i < 0 {
			i = len(m.groups)
			m.groups = append(m.groups, &group{header: h})
		}
		m.groups[i].parts = append(m.groups[i].parts, &part{Input: in, at: at})
	}
	if err := m.read(); err != nil {
		return nil, err
	}
	m.makeHeader()
	return m, nil
}

// read goes through all groups once, and parts those whose ids do not fit together after all.
func (m *Merge) read() error {
	jobs := jobs{}
	for i := 0; i < len(m.groups); i++ {
		g := m.groups[i]
		fits, err := g.read(jobs)
		if err != nil {
			return err
		}
		if !fits {
			m.groups = slices.Replace(m.groups, i, i+1, g.parted()...)
			i--
		}
	}
	conn := uint64(0)
	for _, g := range m.groups {
		g.conns, conn = conn, conn+g.lastConn
	}
	return jobs.contradiction()
}

// makeHeader makes the header of what is merged: that of the one recording, or one for all.
func (m *Merge) makeHeader() {
	m.header = m.groups[0].header
	for _, g := range m.groups {
		if h := g.header; !slices.Contains(m.upstreams, h.Upstream) {
			m.upstreams = append(m.upstreams, h.Upstream)
		}
		if g.header.Created.Before(m.header.Created) {
			m.header.Created = g.header.Created
		}
	}
	if len(m.upstreams) > 1 {
		m.header.Upstream = "" // decode then believes each host
	}
}

// Header is that of the merged recording. Of different recordings Created is the earliest, and Upstream is empty if it is not the same in all.
func (m *Merge) Header() runnertape.Recording { return m.header }

// Upstreams are those of the inputs, "" among them if one does not know.
func (m *Merge) Upstreams() []string { return m.upstreams }

// IsOne tells whether all inputs are of one recording, whose ids and header stay.
func (m *Merge) IsOne() bool { return len(m.groups) == 1 }

// Duplicates is how many exchanges were left out by the last reading of Exchanges, because they were there already.
func (m *Merge) Duplicates() int64 { return m.duplicates }

// Exchanges yields those of the merged recording, in order of their ids there. It stops after the first error.
func (m *Merge) Exchanges() iter.Seq2[Taken, error] {
	return func(yield func(Taken, error) bool) {
		m.duplicates = 0
		if m.IsOne() {
			for t, err := range m.groups[0].united(&m.duplicates) {
				if !yield(t, err) || err != nil {
					return
				}
			}
			return
		}
		m.interleaved(yield)
	}
}

// checkKeys refuses recordings whose stand-ins do not go together.
func checkKeys(inputs []Input) error {
	a := inputs[0]
	first := a.Header()
	for _, b := range inputs[1:] {
		switch h := b.Header(); {
		case h.Redacted && !first.Redacted:
			return mixed(b.Name, a.Name)
		case first.Redacted && !h.Redacted:
			return mixed(a.Name, b.Name)
		case string(h.Key) != string(first.Key):
			return fmt.Errorf("%s and %s were redacted with different keys: one secret has two stand-ins; first make those of one as in the other: proxy redact %s --key-of %s -o NEW", a.Name, b.Name, b.Name, a.Name)
		}
	}
	return nil
}

func mixed(redacted, kept string) error {
	return fmt.Errorf("%s is redacted and %s is not; first redact that with the same stand-ins: proxy redact %s --key-of %s -o NEW", redacted, kept, kept, redacted)
}
