package redact

// lookAtBefore looks in what was kept before the Sink and is in no sketch: in the latest at once, the first time, and in
// the others by and by, which then are in the sketch.
func (s *Sink) lookAtBefore() error {
	l := s.late
	if l.before == 0 {
		return nil
	}
	if l.started {
		s.putOff(ranges{{1, l.before}})
		return nil
	}
	l.started = true
	latest := ranges{{1, l.before}}.latest(l.atOnce)
	w := s.newRewriter(true)
	w.pays = true
	if err := w.runs(latest); err != nil {
		return err
	}
	if !w.stopped {
		l.before = latest[0].first - 1
	}
	if l.before > 0 {
		s.putOff(ranges{{1, l.last}}) // a text may begin there that ends in a later one
	}
	return nil
}
