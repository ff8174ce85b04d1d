package redact

import "bytes"

// noteHeld puts a body into the sketch that was held, and is passed on as kept.
func (l *late) noteHeld(id uint64, p *part, kept []byte) {
	switch {
	case len(kept) == 0:
	case p.packed && p.err == nil:
		l.noteWhole(id, p.plain, p)
	default:
		l.noteWhole(id, kept, p)
	}
}

// noteWhole puts a body into the sketch that was held until it was whole. In JSON and in
// forms a secret may be spelled with any escapes.
func (l *late) noteWhole(id uint64, plain []byte, p *part) {
	l.sketch.addText(id, plain)
	if p.form && hasEscapes(plain) {
		text, _ := unescape(plain)
		l.sketch.addText(id, text)
	}
	if !p.json || bytes.IndexByte(plain, '\\') < 0 {
		return
	}
	line := l.line[:0]
	for x := (lexer{text: plain}); ; {
		kind, raw := x.next()
		if kind == 0 {
			break
		}
		if kind == '"' && bytes.IndexByte(raw, '\\') >= 0 {
			text, _ := unquote(raw)
			line = append(append(line, text...), '\n')
		}
	}
	l.line = line
	l.sketch.addText(id, line)
}

// opaqueText is how much of the beginning of an opaque body is looked at: what stands before the archive
// in a form with several parts.
const opaqueText = 16 << 10

// noteText puts the next piece of a body into the sketch.
func (l *late) noteText(id uint64, p *part, b []byte) {
	if p.verdict == opaque {
		b = b[:max(0, min(int64(len(b)), opaqueText-p.passed))]
	}
	l.sketch.add(id, &p.grams, b)
}
