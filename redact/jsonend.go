package redact

// jsonEnd notices where a JSON object or list that comes in pieces is over,
// without reading any byte twice.
type jsonEnd struct {
	depth             int  // of open braces and brackets
	inString, escaped bool // what the next byte belongs to
	whole             bool // the outermost has been closed
}

func (e *jsonEnd) write(p []byte) {
	for _, c := range p {
		switch {
		case e.escaped:
			e.escaped = false
		case e.inString:
			e.escaped = c == '\\'
			e.inString = c != '"'
		case c == '"':
			e.inString = true
		case c == '{' || c == '[':
			e.depth++
		case c == '}' || c == ']':
			e.depth--
			e.whole = e.whole || e.depth <= 0
		}
	}
}
