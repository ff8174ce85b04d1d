package faults

import (
	"sync"
	"time"

	"runnertape/decode"
)

// Call is a request, as far as rules look at it.
type Call struct {
	Endpoint decode.Endpoint
	JobID    int64         // 0 if it is of no job
	JobName  string        // as in the CI file; "" if that is not known
	Path     string        // of the URL, without query
	Offset   int64         // of a patch: where it begins
	State    string        // of an update: what it says
	Picked   bool          // whether the job has been heard of before, so that its next update is no pickup
	Trace    int64         // bytes held of the job's trace
	Age      time.Duration // since the job was handed out; of a request that is of no job since the replay began
	Now      time.Time     // when it came
}

// kind is what an update is for.
func (c *Call) kind() kind {
	switch c.State {
	case "success", "failed":
		return final
	case "pending", "running":
		if c.Picked {
			return keepalive
		}
		return pickup
	}
	return anyUpdate
}

// Set is the rules of a replay, in order, and what has become of them. It may be
// used by many at once. A nil Set has no rules.
type Set struct {
	seed  uint64
	rules []*Rule

	mu      sync.Mutex // guards tallies
	tallies []tally    // one for each rule
}

// NewSet makes a set of rules.
func NewSet(seed uint64, rules []*Rule) *Set {
	return &Set{seed: seed, rules: rules, tallies: make([]tally, len(rules))}
}

// Rules are all, in order.
func (s *Set) Rules() []*Rule {
	if s == nil {
		return nil
	}
	return s.rules
}

// Meeting is what happens to a request.
type Meeting struct {
	Rule  *Rule         // whose fault decides about the answer; nil if none does
	What  *What         // that fault
	Late  time.Duration // by how much the request is held up before it is taken
	Later time.Duration // by how much its answer is held up
	Rate  int64         // bytes per second that pass each way; 0 for as many as can

	undo func()
}

// Nothing tells whether all goes as always.
func (m *Meeting) Nothing() bool {
	return m.What == nil && m.Late == 0 && m.Later == 0 && m.Rate == 0
}

// Undo says that the fault that was to decide did not come about, because the
// content ended before.
func (m *Meeting) Undo() { m.undo() }

// Meet tells what happens to a request. Each rule that is for it counts it. Of
// those whose fault decides about the answer the first wins; delays add up, and the
// slowest rate holds.
func (s *Set) Meet(c Call) Meeting {
	var m Meeting
	if s == nil {
		return m
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.rules {
		if r.what.Kind == Stop || !r.where.meets(&c) {
			continue
		}
		t := &s.tallies[i]
		limit := t.limit(r.often.inAll, c.JobID)
		limit.attempts++
		switch {
		case m.What != nil && r.what.Kind.decides():
			continue
		case !r.where.holds(&c, limit.attempts, luck(s.seed, r, c.JobID, limit.attempts)):
			continue
		case !r.often.allows(limit, c.Now):
			continue
		}
		undo := t.deliver(limit, c.JobID, c.Now)
		switch r.what.Kind {
		case Delay:
			if r.what.Taken {
				m.Later += r.what.Delay
			} else {
				m.Late += r.what.Delay
			}
		case Slow:
			if m.Rate == 0 || r.what.Rate < m.Rate {
				m.Rate = r.what.Rate
			}
		default:
			m.Rule, m.What = r, &r.what
			m.undo = func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				undo()
			}
		}
	}
	return m
}

// Stopped tells whether somebody has stopped the job of a call by now, and has
// not been told of yet: what, and where the rule stands. At the first answer to
// a job that has not been heard of before, its Picked is false.
func (s *Set) Stopped(c Call) (what *What, rule *Rule) {
	if s == nil {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.rules {
		if r.what.Kind != Stop || !r.where.of(&c) || !r.what.At.reached(&c) {
			continue
		}
		t := &s.tallies[i]
		limit := t.limit(false, c.JobID)
		if limit.delivered > 0 {
			continue
		}
		t.deliver(limit, c.JobID, c.Now)
		return &r.what, r
	}
	return nil, nil
}

// reached tells whether a job has come to the point.
func (p *Point) reached(c *Call) bool {
	switch {
	case p.Pickup:
		return true
	case p.Bytes > 0:
		return c.Trace >= p.Bytes
	}
	return c.Age >= p.Age
}

// of tells whether the call is of the job that the rule names.
func (w *where) of(c *Call) bool {
	if w.job == "" {
		return true
	}
	return c.JobID != 0 && (w.job.matches(id(c.JobID)) || c.JobName != "" && w.job.matches(c.JobName))
}

// meets tells whether a request is one of those the rule is for, without its conditions.
func (w *where) meets(c *Call) bool {
	return (w.endpoint == "" || w.endpoint == c.Endpoint) &&
		(w.kind == anyUpdate || w.kind == c.kind()) &&
		(w.path == "" || w.path.matches(c.Path)) && w.of(c)
}

// holds tells whether all conditions do.
func (w *where) holds(c *Call, count int, luck float64) bool {
	for i := range w.when {
		if !w.when[i].holds(c, count, luck) {
			return false
		}
	}
	return true
}

// allows tells whether the fault may happen once more.
func (o *often) allows(t *tallied, now time.Time) bool {
	if o.times > 0 && t.delivered >= o.times {
		return false
	}
	return o.span == 0 || t.first.IsZero() || now.Sub(t.first) < o.span
}
