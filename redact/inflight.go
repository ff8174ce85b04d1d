package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// inFlight is an exchange that has not ended.
type inFlight struct {
	x     *runnertape.Exchange // as it was put last
	parts map[runnertape.Side]*part
}

// part is one body of it.
type part struct {
	declaring bool   // JSON of the protocol, which declares secrets: held until it is whole
	packed    bool   // compressed text: held, since nothing can be found in it piece by piece
	declared  int64  // length it said it will have, 0 if none
	held      bool   // something is held
	content   []byte // what is held
	tooLong   bool   // it was longer than can be held
	stream    *Stream

	wants     int64  // first bytes that decoding wants
	head      []byte // those bytes, redacted
	rewritten bool   // packed again
	withheld  bool   // not kept at all
}

func newInFlight(x *runnertape.Exchange) *inFlight {
	call := decode.Classify(x.Request.Method, x.Request.Path())
	f := &inFlight{x: x, parts: map[runnertape.Side]*part{}}
	for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
		wants := decode.Wants(call.Endpoint, side)
		f.parts[side] = &part{wants: wants, declaring: wants >= decode.MaxMessage}
	}
	return f
}

// headCame looks at the heads there are now.
func (f *inFlight) headCame(x *runnertape.Exchange) {
	f.x = x
	f.parts[runnertape.RequestSide].headCame(x.Request.Header, x.Request.Body)
	if x.Response != nil {
		f.parts[runnertape.ResponseSide].headCame(x.Response.Header, x.Response.Body)
	}
}

func (f *inFlight) header(side runnertape.Side) runnertape.Header { return headerOf(f.x, side) }

func headerOf(x *runnertape.Exchange, side runnertape.Side) runnertape.Header {
	switch {
	case side == runnertape.RequestSide:
		return x.Request.Header
	case x.Response != nil:
		return x.Response.Header
	}
	return nil
}

func (p *part) headCame(h runnertape.Header, b runnertape.Body) {
	p.declared = b.Declared
	kind := strings.ToLower(h.Get("Content-Type"))
	text := strings.HasPrefix(kind, "text/") || strings.Contains(kind, "json")
	coding := h.Get("Content-Encoding")
	p.packed = text && coding != "" && !strings.EqualFold(coding, "identity")
}

// hold keeps p back if the body must be seen whole, and tells whether it did.
func (p *part) hold(b []byte) bool {
	if !p.declaring && !p.packed || p.stream != nil {
		return false
	}
	p.held = true
	if p.tooLong || len(p.content)+len(b) > decode.MaxMessage {
		p.tooLong, p.content = true, nil
		return true
	}
	p.content = append(p.content, b...)
	return true
}

// mayBeWhole tells whether the held body looks complete.
func (p *part) mayBeWhole() bool {
	n := len(p.content)
	return n > 0 && (int64(n) == p.declared || p.declared == 0 && (p.packed || p.content[n-1] == '}'))
}

// declares learns the secrets of the held body, as far as it is readable.
func (p *part) declares(r *Redactor, h runnertape.Header) {
	if plain, err := decode.Plain(h, p.content, decode.MaxMessage); err == nil && p.declaring {
		r.LearnJSON(plain)
	}
}

// redacted is the held body with stand-ins. A compressed one is packed again,
// which changes its length. What cannot be looked into is withheld: it would
// reach the disk with its secrets.
func (p *part) redacted(r *Redactor, h runnertape.Header) (body []byte, withheld bool) {
	if p.tooLong {
		return nil, true
	}
	plain, err := decode.Plain(h, p.content, decode.MaxMessage)
	coded := h.Get("Content-Encoding") != "" && !strings.EqualFold(h.Get("Content-Encoding"), "identity")
	if err != nil && coded {
		return nil, true
	}
	if p.declaring && !r.LearnJSON(plain) {
		learnBroken(r, plain)
	}
	before := bytes.Clone(plain)
	plain = r.Bytes(bytes.Clone(plain))
	if !coded {
		return plain, false
	}
	if bytes.Equal(before, plain) {
		return p.content, false
	}
	p.rewritten = true
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(plain)
	w.Close()
	return packed.Bytes(), false
}

// learnBroken learns from JSON that was cut off: every string that follows a
// telling name, as far as strings go.
func learnBroken(r *Redactor, body []byte) {
	dec := json.NewDecoder(bytes.NewReader(body))
	var name string
	for {
		token, err := dec.Token()
		if err != nil {
			return
		}
		s, ok := token.(string)
		if ok && (secretNames[strings.ToLower(name)] || name == "value") {
			r.Learn(s)
		}
		name = ""
		if ok {
			r.learnText(s)
			name = s
		}
	}
}

// keepHead keeps the first bytes for decoding.
func (p *part) keepHead(b []byte) {
	if room := p.wants - int64(len(p.head)); room > 0 {
		p.head = append(p.head, b[:min(int64(len(b)), room)]...)
	}
}

// note says in the exchange what was done to the body.
func (p *part) note(b *runnertape.Body) { b.Rewritten = p.rewritten || p.withheld }
