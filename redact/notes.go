package redact

import (
	"bytes"

	"runnertape"
)

// noteHeads puts what x says into the sketch, as far as it is not there.
func (l *late) noteHeads(f *inFlight, x *runnertape.Exchange) {
	line := l.line[:0]
	if h := &f.heads[0]; !h.noted {
		h.noted = true
		line = appendText(line, x.Request.Target)
		line = appendHeader(line, x.Request.Header)
	}
	if h := &f.heads[1]; x.Response != nil && !h.noted {
		h.noted = true
		line = appendHeader(line, x.Response.Header)
	}
	line = appendRest(line, x)
	l.line = line
	l.sketch.addText(x.ID, line)
}

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
