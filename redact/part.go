package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// part is one body of an exchange. JSON, forms and compressed text are held until
// they are whole, since what declares a secret may stand behind it, and nothing can
// be found in compressed text piece by piece. All else is a stream.
type part struct {
	json     bool  // it may declare secrets: JSON, and each message of the protocol
	form     bool  // it may, as a query
	packed   bool  // it is compressed text
	must     bool  // if it is too long to be held, it is not kept
	declared int64 // length it said it will have, 0 if none

	content []byte  // what is held
	end     jsonEnd // of content
	plain   []byte  // content without its coding, once learned
	err     error   // why there is no plain
	learned bool    // the secrets in content are known
	tooLong bool    // there was more than can be held
	stream  *Stream // if it is not held

	wants     int64  // first bytes that decoding wants
	head      []byte // those bytes, redacted
	rewritten bool   // packed again, or not kept
}

func newPart(e decode.Endpoint, side runnertape.Side) *part {
	wants := decode.Wants(e, side)
	return &part{wants: wants, must: wants >= decode.MaxMessage}
}

// headCame looks at the head that says what will come.
func (p *part) headCame(h runnertape.Header, b runnertape.Body) {
	p.declared = b.Declared
	kind := strings.ToLower(h.Get("Content-Type"))
	p.json = p.must || strings.Contains(kind, "json")
	p.form = strings.HasPrefix(kind, "application/x-www-form-urlencoded")
	p.packed = coded(h) && (p.json || p.form || kind == "" || strings.HasPrefix(kind, "text/"))
	p.must = p.must || p.packed
}

// coded tells whether a body has a content coding.
func coded(h runnertape.Header) bool {
	coding := h.Get("Content-Encoding")
	return coding != "" && !strings.EqualFold(coding, "identity")
}

// hold keeps b back if the body must be seen whole. It is false if it is a
// stream, also if it becomes one now: then what was held comes first.
func (p *part) hold(b []byte) bool {
	if !p.json && !p.form && !p.packed || p.stream != nil {
		return false
	}
	if p.tooLong || len(p.content)+len(b) > decode.MaxMessage {
		if !p.must {
			return false
		}
		p.tooLong, p.content = true, nil
		return true
	}
	p.content = append(p.content, b...)
	p.learned = false
	if p.json && !p.packed {
		p.end.write(b)
	}
	return true
}

// mayBeWhole tells whether the held body looks complete. A compressed one of
// unknown length ends with the length of what it holds (RFC 1952 §2.3.1); other
// bytes in that place nearly always tell of more than is ever held.
func (p *part) mayBeWhole() bool {
	n := len(p.content)
	switch {
	case p.declared != 0 || !p.packed || n < 4:
		return n > 0 && (int64(n) == p.declared || p.end.whole)
	}
	return binary.LittleEndian.Uint32(p.content[n-4:]) <= decode.MaxMessage
}

// learn learns the secrets of the held body, as far as it is readable.
func (p *part) learn(r *Redactor, h runnertape.Header) {
	if p.learned || p.content == nil {
		return
	}
	p.learned = true
	p.plain, p.err = decode.Plain(h, p.content, decode.MaxMessage)
	switch {
	case p.err != nil:
	case p.json:
		r.LearnJSON(p.plain)
	case p.form:
		r.learnQuery(string(p.plain))
	}
}

// redacted is the held body with stand-ins. A compressed one is packed again,
// which changes its length. What cannot be looked into is not kept: it would reach
// the disk with its secrets.
func (p *part) redacted(r *Redactor, h runnertape.Header) []byte {
	if p.tooLong || p.err != nil {
		p.rewritten = true
		return nil
	}
	before := bytes.Clone(p.plain)
	if p.json {
		r.redactJSON(p.plain)
	} else {
		r.Bytes(p.plain)
	}
	if !coded(h) || bytes.Equal(before, p.plain) {
		return p.content
	}
	p.rewritten = true
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(p.plain) // a Buffer takes all
	w.Close()
	return packed.Bytes()
}

// keepHead keeps the first bytes for decoding.
func (p *part) keepHead(b []byte) {
	if room := p.wants - int64(len(p.head)); room > 0 {
		p.head = append(p.head, b[:min(int64(len(b)), room)]...)
	}
}
