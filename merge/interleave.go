package merge

import (
	"iter"
	"time"
)

// interleaved yields the exchanges of different recordings in the order of their times, each recording in its own
// order, with new ids. Those that began at the same moment are looked at together, as the same one may be among them twice.
func (m *Merge) interleaved(yield func(Taken, error) bool) {
	var heads []*head
	for _, g := range m.groups {
		h := &head{group: g}
		h.next, h.stop = iter.Pull2(g.united(&m.duplicates))
		defer h.stop()
		h.advance()
		heads = append(heads, h)
	}
	id := uint64(0)
	for {
		at, any, err := earliest(heads)
		if err != nil {
			yield(Taken{}, err)
			return
		}
		if !any {
			return
		}
		together, err := m.together(heads, at)
		if err != nil {
			yield(Taken{}, err)
			return
		}
		for _, t := range together {
			id++
			if !yield(t.taken(id), nil) {
				return
			}
		}
	}
}

// candidate is an exchange with the group it is of.
type candidate struct {
	Taken
	group *group
}

// taken is the exchange as it is in the merged recording. What the recording it comes from goes on by stays as it is.
func (c candidate) taken(id uint64) Taken {
	x := *c.Exchange
	x.ID = id
	if x.Conn != 0 {
		x.Conn += c.group.conns
	}
	c.Exchange = &x
	return c.Taken
}

// together are the exchanges with which recordings go on and that began at a moment, each once.
func (m *Merge) together(heads []*head, at time.Time) ([]candidate, error) {
	var all []candidate
	for _, h := range heads {
		others := len(all)
		paired := make([]bool, others) // with one of this recording
		for h.any && h.err == nil && h.Started.Equal(at) {
			twin := -1
			for i := range others {
				if !paired[i] && isAlike(all[i].Exchange, h.Exchange) {
					twin = i
					break
				}
			}
			switch {
			case twin < 0:
				if i := edited(all[:others], h); i >= 0 {
					a, b := all[i], h
					return nil, differ(a.Exchange, a.group.part(a.From), b.group.part(b.From), a.Was)
				}
				all = append(all, candidate{h.Taken, h.group})
			default:
				paired[twin] = true
				m.duplicates++
				if all[twin].Ended.IsZero() && !h.Ended.IsZero() {
					all[twin] = candidate{h.Taken, h.group}
				}
			}
			h.advance()
		}
	}
	return all, nil
}

// edited is the place of the exchange that is the same request as the one at h, and was answered otherwise; -1 if there is none.
// Where clients are not known, requests of one moment may be several.
func edited(others []candidate, h *head) int {
	for i, c := range others {
		if c.Client != "" && isOneRequest(c.Exchange, h.Exchange) {
			return i
		}
	}
	return -1
}

// part is the part that is at a place of the inputs.
func (g *group) part(at int) *part {
	for _, p := range g.parts {
		if p.at == at {
			return p
		}
	}
	return nil
}

// head is where one recording is.
type head struct {
	Taken
	group *group
	next  func() (Taken, error, bool)
	stop  func()
	any   bool
	err   error
}

func (h *head) advance() { h.Taken, h.err, h.any = h.next() }

// earliest is when the first of the exchanges began with which recordings go on.
func earliest(heads []*head) (at time.Time, any bool, err error) {
	for _, h := range heads {
		if h.err != nil {
			return at, false, h.err
		}
		if h.any && (!any || h.Started.Before(at)) {
			at, any = h.Started, true
		}
	}
	return at, any, nil
}
