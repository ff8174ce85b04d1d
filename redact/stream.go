package redact

// Stream redacts one body given in pieces. The result does not depend on where
// it was cut. What may be the beginning of a secret is held back until it is
// decided: no more than the longest secret in its longest encoding, maxToken, maxCue or, with
// patterns, maxPatternLine.
type Stream struct {
	r    *Redactor
	text text // what was held back, and the piece that came last
	out  int  // bytes that were returned last
	done int  // bytes of text that are decided: what is behind them may yet change the last one
}

// NewStream begins a body.
func (r *Redactor) NewStream() *Stream { return &Stream{r: r} }

// reset begins another body in the memory of one that is over.
func (s *Stream) reset() {
	s.text = text{now: s.text.now[:0], was: s.text.was[:0], found: s.text.found, git: s.text.git}
	s.out, s.done = 0, 0
}

// room is the memory that s has.
func (s *Stream) room() int { return cap(s.text.now) + cap(s.text.was) }

// before is how many bytes that are decided are held back, because what follows depends on them.
func (s *Stream) before() int {
	if s.text.git {
		return maxObjectID
	}
	return 1
}

// Write takes the next piece and returns what is ready, which is valid until
// the next call. p is not changed.
func (s *Stream) Write(p []byte) []byte { return s.take(p, false) }

// End returns the rest.
func (s *Stream) End() []byte { return s.take(nil, true) }

func (s *Stream) take(p []byte, final bool) []byte {
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	return s.next(p, final)
}

// next is take with the lock held.
func (s *Stream) next(p []byte, final bool) []byte {
	t := &s.text
	held := copy(t.now, t.now[s.out:])
	t.now = append(t.now[:held], p...)
	if t.covered < s.out {
		t.covered, t.part = s.out, 0
	}
	t.covered -= s.out
	t.line = max(0, t.line-s.out)
	if t.covered > 0 || t.part != 0 { // what is held back is replaced in part
		copy(t.was, t.was[s.out:])
		t.was = append(t.was[:held], p...)
	} else {
		t.was = t.was[:0]
	}
	s.done = s.r.scan(t, s.done-s.out, final)
	if s.out = s.done; !final {
		s.out = max(0, s.done-s.before())
	}
	return t.now[:s.out]
}
