package redact

// Stream redacts one body given in pieces. The result does not depend on where
// it was cut. What may be the beginning of a secret is held back until it is
// decided: no more than the longest secret in its longest encoding, or maxToken.
type Stream struct {
	r        *Redactor
	src, dst []byte // what came, and the same redacted
	ready    int    // bytes that were returned last
	covered  int    // bytes that are replaced already, as in scan
}

// NewStream begins a body.
func (r *Redactor) NewStream() *Stream { return &Stream{r: r} }

// Write takes the next piece and returns what is ready, which is valid until
// the next call. p is not changed.
func (s *Stream) Write(p []byte) []byte { return s.take(p, false) }

// End returns the rest.
func (s *Stream) End() []byte { return s.take(nil, true) }

func (s *Stream) take(p []byte, final bool) []byte {
	left := copy(s.src, s.src[s.ready:])
	copy(s.dst, s.dst[s.ready:])
	s.covered = max(0, s.covered-s.ready)
	s.src = append(s.src[:left], p...)
	s.dst = append(s.dst[:left], p...)
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.ready, s.covered = s.r.scan(s.src, s.dst, s.covered, final)
	return s.dst[:s.ready]
}
