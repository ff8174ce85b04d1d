package redact

import "bytes"

// paused is a text that a stream holds back.
type paused struct {
	text text
	done int
}

// pause is what the stream holds back, to go on with it in this or another stream.
func (s *Stream) pause() paused {
	t := s.text
	if t.covered < s.out {
		t.covered, t.part = s.out, 0
	}
	t.covered, t.line = t.covered-s.out, max(0, t.line-s.out)
	t.now = bytes.Clone(t.now[s.out:])
	if len(t.was) > 0 {
		t.was = bytes.Clone(t.was[s.out:])
	}
	return paused{t, s.done - s.out}
}

// resume begins a body with what was held back of another text, which is not changed.
func (s *Stream) resume(p paused) {
	s.reset()
	now, was := append(s.text.now, p.text.now...), append(s.text.was, p.text.was...)
	s.text = p.text
	s.text.now, s.text.was = now, was
	s.out, s.done = 0, p.done
}
