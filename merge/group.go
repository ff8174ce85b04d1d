package merge

import (
	"fmt"
	"iter"

	"runnertape"
)

// group is what is there of one recording.
type group struct {
	header   runnertape.Recording
	parts    []*part
	lastConn uint64 // the highest number of a connection
	conns    uint64 // what is added to those numbers
}

// part is one input of a group.
type part struct {
	Input
	at   int    // place of the input
	last uint64 // the highest id that was read: a recording that is being made may have more by now
}

// read goes through the group once. Its ids do not fit together if one of them is of exchanges that did not begin together.
func (g *group) read(jobs jobs) (fits bool, err error) {
	for _, p := range g.parts {
		p.last = ^uint64(0)
	}
	last := make([]uint64, len(g.parts))
	sources := g.pull()
	defer stop(sources)
	for {
		low, err := lowest(sources)
		if err != nil || low == nil {
			for i, p := range g.parts {
				p.last = last[i]
			}
			return true, err
		}
		x := low.x
		for i, s := range sources {
			if s.x == nil || s.x.ID != x.ID {
				continue
			}
			if s != low && !s.x.Started.Equal(x.Started) {
				return false, nil
			}
			if s != low && !isAlike(x, s.x) {
				return false, differ(x, low.part, s.part, x.ID)
			}
			last[i] = s.x.ID
			g.lastConn = max(g.lastConn, s.x.Conn)
			jobs.see(g, s.part, s.x)
			if s != low {
				s.advance()
			}
		}
		low.advance()
	}
}

func differ(x *runnertape.Exchange, a, b *part, id uint64) error {
	if x.Decoded != nil && x.Decoded.JobID != 0 && a.Header().Program == "proxy mint" {
		return fmt.Errorf("job %d is not the same in %s and in %s, which were minted with one number; mint one of them with another --id", x.Decoded.JobID, a.Name, b.Name)
	}
	return fmt.Errorf("exchange %d, %s %s, is not the same in %s and in %s, which have it both; leave it out of one of them with proxy trim", id, x.Request.Method, x.Request.Path(), a.Name, b.Name)
}

// parted are groups of one part each.
func (g *group) parted() []*group {
	var groups []*group
	for _, p := range g.parts {
		groups = append(groups, &group{header: g.header, parts: []*part{p}})
	}
	return groups
}

// united yields the exchanges of the group in order of their ids, each once.
func (g *group) united(duplicates *int64) iter.Seq2[Taken, error] {
	return func(yield func(Taken, error) bool) {
		sources := g.pull()
		defer stop(sources)
		for {
			low, err := lowest(sources)
			if err != nil {
				yield(Taken{}, err)
				return
			}
			if low == nil {
				return
			}
			taken := low
			for _, s := range sources {
				if s == low || s.x == nil || s.x.ID != low.x.ID {
					continue
				}
				*duplicates++
				if taken.x.State != runnertape.Done && s.x.State == runnertape.Done {
					taken = s
				}
			}
			t := Taken{Exchange: taken.x, From: taken.part.at, Was: taken.x.ID}
			for _, s := range sources {
				if s.x != nil && s.x.ID == t.Was {
					s.advance()
				}
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// source gives the exchanges of a part.
type source struct {
	part *part
	next func() (*runnertape.Exchange, error, bool)
	stop func()
	x    *runnertape.Exchange // nil: at the end
	err  error
}

func (g *group) pull() []*source {
	var sources []*source
	for _, p := range g.parts {
		s := &source{part: p}
		s.next, s.stop = iter.Pull2(p.Exchanges())
		s.advance()
		sources = append(sources, s)
	}
	return sources
}

func stop(sources []*source) {
	for _, s := range sources {
		s.stop()
	}
}

func (s *source) advance() {
	s.x, s.err, _ = s.next()
	if s.err != nil || s.x != nil && s.x.ID > s.part.last {
		s.x = nil
	}
}

// lowest is the source with the lowest id, nil if all are at their ends.
func lowest(sources []*source) (*source, error) {
	var found *source
	for _, s := range sources {
		if s.err != nil {
			return nil, s.err
		}
		if s.x != nil && (found == nil || s.x.ID < found.x.ID) {
			found = s
		}
	}
	return found, nil
}
