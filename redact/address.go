package redact

import "bytes"

// This file replaces in URLs and forms, where any byte may be escaped, whether it needs that or not. They
// are read without their escapes, and written again in the same length. The usual ways of escaping are
// looked for everywhere (encodings.go).

// address is a URL, or a part of one, with stand-ins.
func (r *Redactor) address(s string) string {
	if hasEscapes([]byte(s)) { // first: a part of a secret may be one itself, and stand there as it is
		p := []byte(s)
		r.escaped(p)
		s = string(p)
	}
	return r.text(s)
}

// form puts stand-ins into a form, and returns it.
func (r *Redactor) form(p []byte) []byte {
	if hasEscapes(p) {
		r.escaped(p)
	}
	return r.bytes(p)
}

func hasEscapes(p []byte) bool { return bytes.IndexByte(p, '%') >= 0 }

// escaped puts stand-ins into what p says without its escapes.
func (r *Redactor) escaped(p []byte) {
	text, at := unescape(p)
	before := bytes.Clone(text)
	r.bytes(text)
	const hex = "0123456789ABCDEF"
	for i, c := range text {
		switch from := at[i]; {
		case c == before[i]:
		case p[from] == '%': // a letter or a digit, escaped
			p[from+1], p[from+2] = hex[c>>4], hex[c&15]
		default:
			p[from] = c
		}
	}
}

// unescape is what p says without its escapes, and where in p each byte of that begins.
func unescape(p []byte) (text []byte, at []int) {
	for i := 0; i < len(p); i++ {
		c := p[i]
		at = append(at, i)
		if c == '%' && i+2 < len(p) {
			high, low := hexDigit(p[i+1]), hexDigit(p[i+2])
			if high >= 0 && low >= 0 {
				c = byte(high<<4 | low)
				i += 2
			}
		}
		text = append(text, c)
	}
	return text, at
}

// hexDigit is -1 if c is none.
func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
