package redact

// beginStream makes a stream of a body.
func (s *Sink) beginStream(p *part) {
	p.streams = true
	if n := len(s.streams); n > 0 {
		p.stream, s.streams = s.streams[n-1], s.streams[:n-1]
	} else {
		p.stream = s.secrets.NewStream()
	}
	p.stream.text.git = isGit(p.contentType)
}

// endStream lets go of the stream of a body that has ended. Most pieces of logs come whole, so that one stream does for
// all connections, and its memory stays in the processor's cache.
func (s *Sink) endStream(p *part) {
	if p.stream == nil {
		return
	}
	if p.stream.room() <= 2*maxReused && len(s.streams) < len(sides)*maxUnused {
		p.stream.reset()
		s.streams = append(s.streams, p.stream)
	}
	p.stream = nil
}
