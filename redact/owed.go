package redact

// A sketch that is full says of more and more exchanges that a secret may be there: after some 200,000 polls,
// of nearly all. To read them all at once would have the traffic wait for seconds, at each job that is
// handed out. So the latest are read at once, and of the others some at each Commit.
const (
	maxAtOnce = 8 << 10 // exchanges
	maxSlice  = 256     // exchanges
)

// owed are exchanges in which secrets that showed themselves late are still to be looked for.
type owed struct {
	now, then ranges    // in this pass over them, and in the next
	by        uint64    // exchange that told of the last
	rewriter  *rewriter // of this pass: a text may go on from one slice to the next
}

// count is how many exchanges r has at most.
func (r ranges) count() (n uint64) {
	for _, run := range r {
		n += run.last - run.first + 1
	}
	return n
}

// latest are the last n exchanges of r.
func (r ranges) latest(n uint64) ranges {
	for i := len(r) - 1; i >= 0; i-- {
		if size := r[i].last - r[i].first + 1; size < n {
			n -= size
			continue
		}
		from := r[i].last - n + 1
		return append(ranges{{from, r[i].last}}, r[i+1:]...)
	}
	return r
}

// lookWhere looks in the latest of some exchanges, and notes that the others are owed. Without credit all are.
func (s *Sink) lookWhere(where ranges) error {
	l := s.late
	if len(where) == 0 {
		return nil
	}
	if n := where.count(); n > l.atOnce || l.credit <= 0 {
		s.putOff(where) // all of them, as a text may begin there that ends in a later one
		if l.credit <= 0 {
			return nil
		}
		where = where.latest(l.atOnce)
	}
	w := s.newRewriter(false)
	w.pays = true
	if err := w.runs(where); err != nil {
		return err
	}
	if w.stopped {
		s.putOff(where)
	}
	return nil
}

// putOff notes that exchanges are owed.
func (s *Sink) putOff(where ranges) {
	l := s.late
	for _, run := range where {
		l.owed.then.addRange(run)
	}
	l.owed.by = l.by
	s.owe()
}

// lookOn looks in some of the exchanges that are owed.
func (s *Sink) lookOn() error {
	if s.late.owing.seeker != nil {
		return s.seekOn()
	}
	o := &s.late.owed
	if len(o.now) == 0 {
		if o.rewriter = nil; len(o.then) == 0 {
			return nil
		}
		o.now, o.then, o.rewriter = o.then, nil, s.newRewriter(false)
	}
	first := &o.now[0]
	run := idRange{first.first, min(first.last, first.first+maxSlice-1)}
	noting := run.first <= s.late.before
	if noting {
		run.last = min(run.last, s.late.before)
	}
	o.rewriter.note = noting
	if first.first = run.last + 1; run.last == first.last {
		o.now = o.now[1:]
	}
	s.late.by = o.by
	if err := o.rewriter.run(run); err != nil {
		return err
	}
	if noting && run.last == s.late.before {
		s.late.before = 0
	}
	if err := s.settle(); err != nil {
		return err
	}
	s.unowe()
	return nil
}

// Finish looks for secrets that showed themselves late where that was put off: Commit does so by and by. When stopped
// tells so it ends, and left is in how many exchanges it did not look, at most.
func (s *Sink) Finish(stopped func() bool) (left uint64, err error) {
	if s.late == nil {
		return 0, nil
	}
	for o := &s.late.owed; s.late.owing.seeker != nil || len(o.now)+len(o.then) > 0; {
		if stopped() {
			if s.late.owing.seeker != nil {
				o.then.addRange(idRange{1, s.late.last})
			}
			for _, run := range o.now {
				o.then.addRange(run)
			}
			return o.then.count(), nil
		}
		if err := s.lookOn(); err != nil {
			return 0, err
		}
	}
	return 0, s.next.Commit()
}
