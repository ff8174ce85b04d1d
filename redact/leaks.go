package redact

// Leak is a place in a text where a secret most likely stands as it is.
type Leak struct {
	Kind  string // what it is, as a user would say it: "GitLab personal access token"
	At    int    // its first byte in the text
	Len   int    // bytes it takes there
	Where string // the name it stands beside: "DB_PASSWORD"; "" if there is none
	Value string // the secret itself, also where it stands encoded
}

// Leaks are the places in a text where a secret stands as it is: what r would replace, and what looks
// made up by a machine beside a name like "password". Stand-ins of r's key are none.
// What shows itself there is known to r from then on.
func (r *Redactor) Leaks(text []byte) []Leak {
	var all []Leak
	s := r.NewLeakStream(func(l Leak) { all = append(all, l) })
	s.Write(text)
	s.End()
	return all
}

// LeakStream looks for leaks in one text that is given in pieces. What it finds does not depend on where
// the text was cut, but for what stands further than [maxBeside] bytes behind its name.
type LeakStream struct {
	found  func(Leak)
	r      *Redactor
	stream *Stream // finds what is to be replaced
	text   []byte  // what stream has not decided yet, and a little before, as it was
	at     int     // of text in all of it
	names  nameWindow
	raw    bool // nothing says where a text in it ends
}

// NewLeakStream begins a text. The function is told of each leak, in no certain order.
func (r *Redactor) NewLeakStream(found func(Leak)) *LeakStream {
	s := &LeakStream{found: found, r: r, stream: r.NewStream()}
	s.stream.text.found = s.replaced
	s.names.found, s.names.isStandIn = found, r.IsStandIn
	return s
}

// NewRawLeakStream is NewLeakStream for bytes in which texts stand without an end: what is replaced wherever it
// stands is looked for, and nothing by its name.
func (r *Redactor) NewRawLeakStream(found func(Leak)) *LeakStream {
	s := r.newKnownStream(found)
	s.raw = true
	return s
}

// newKnownStream looks for what is to be replaced, and for nothing by its name.
func (r *Redactor) newKnownStream(found func(Leak)) *LeakStream {
	s := r.NewLeakStream(found)
	s.names.isStandIn = func(string) bool { return true }
	return s
}

// maxLookBack is how far before a secret its name is looked for.
const maxLookBack = 160

// Write takes the next piece. It never fails.
func (s *LeakStream) Write(p []byte) (int, error) {
	s.text = append(s.text, p...)
	s.next(s.stream.Write(p))
	return len(p), nil
}

// End tells that the text is over.
func (s *LeakStream) End() {
	s.next(s.stream.End())
	s.names.end()
}

// next takes what the stream has decided. Names are looked for where stand-ins are already: those are none.
func (s *LeakStream) next(ready []byte) {
	s.names.write(ready)
	done := s.names.at + len(s.names.text)
	if drop := done - maxLookBack - s.at; drop > 0 {
		s.text = s.text[:copy(s.text, s.text[drop:])]
		s.at += drop
	}
}

// replaced is told by the stream of a secret. The places are those of what it looks at.
func (s *LeakStream) replaced(at, end int, of *secret) {
	first := s.names.at + len(s.names.text) // of what the stream looks at, in all of the text
	from := first + at - s.at
	l := Leak{At: first + at, Len: end - at, Value: string(s.text[from : from+end-at])}
	before := s.text[max(0, from-maxLookBack):from]
	l.Where = nameBefore(before)
	switch {
	case of == nil:
	case of.name == givenName:
		l.Value, l.Kind = of.value, "given secret"
	default:
		l.Value = of.value
		if of.name != "" {
			l.Where = of.name
		}
	}
	if of == nil || of.name == "" { // it shows itself, and nobody told of it
		if s.r.isPiece(l.Value) || s.r.beginsStandIn(s.text[from:]) || len(s.r.patterns) == 0 && stood.MatchString(l.Value) {
			return
		}
		if s.raw && s.r.runsOn(l.Value) {
			return
		}
	}
	if l.Kind == "" {
		l.Kind = kindOfLeak(l.Value, before)
	}
	s.found(l)
}
