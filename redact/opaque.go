package redact

import (
	"crypto/sha256"
	"fmt"
	stdhash "hash"

	"runnertape"
	"runnertape/decode"
)

// Opaque is what becomes of bodies that are archives, packs and the like: what is packed in them
// cannot be replaced.
type Opaque string

// What may become of them.
const (
	OpaqueKeep Opaque = "keep" // they are kept; what stands in them unpacked is replaced as everywhere
	OpaqueHash Opaque = "hash" // their size and SHA-256 are kept
	OpaqueDrop Opaque = "drop" // their size is kept
)

// ParseOpaque reads one of these words.
func ParseOpaque(s string) (Opaque, error) {
	switch o := Opaque(s); o {
	case OpaqueKeep, OpaqueHash, OpaqueDrop:
		return o, nil
	}
	return "", fmt.Errorf("%q is none of %s, %s and %s", s, OpaqueKeep, OpaqueHash, OpaqueDrop)
}

// SetOpaque says what is to become of opaque bodies; without it they are kept. It is called before the first Put.
func (s *Sink) SetOpaque(o Opaque) { s.opaque = o }

// opacity is whether a body is opaque, and what is known of one that is not kept.
type opacity struct {
	contentType string
	coded       bool // it has a content coding
	verdict     verdict
	looked      int          // first bytes that were there when it was looked at last
	leftOut     bool         // it is not kept
	sum         stdhash.Hash // of one that is left out, if that is wanted
}

// newOpacity begins a body.
func newOpacity(e decode.Endpoint) opacity {
	if e == decode.PatchTrace { // a piece of a job's log is text, whatever was printed
		return opacity{verdict: readable}
	}
	return opacity{}
}

// headCame takes what the head says of the body.
func (o *opacity) headCame(h runnertape.Header) {
	o.contentType, o.coded = h.Get("Content-Type"), h.ContentCoding() != ""
}

// maxJudged is how many first bytes of a body are held at most until it is known whether it is opaque.
const maxJudged = 64 << 10

// judge looks at the first bytes; whole tells that there are no more. It is false until the verdict is
// known. They are looked at again when they are twice as many.
func (o *opacity) judge(head []byte, whole bool) bool {
	n := min(len(head), maxJudged)
	switch {
	case o.verdict != unknown:
	case o.coded && n > 0:
		o.verdict = opaque
	case whole || n >= max(sampleBytes, min(2*o.looked, maxJudged)):
		o.verdict, o.looked = judge(o.contentType, head[:n], whole || n == maxJudged), n
	}
	return o.verdict != unknown
}

// judged decides what becomes of a body of which it is known whether it is opaque.
func (s *Sink) judged(p *part) {
	if p.verdict != opaque || s.opaque == "" || s.opaque == OpaqueKeep {
		return
	}
	p.leftOut = true
	if s.opaque == OpaqueHash {
		p.sum = sha256.New()
	}
}

// leaveOut takes a piece of a body that is not kept.
func (o *opacity) leaveOut(b []byte) {
	if o.sum != nil {
		o.sum.Write(b)
	}
}

// held tells that a body is looked into as a whole.
func (p *part) held() bool { return p.json || p.form || p.packed }

// judgeRest judges bodies that have ended before that was known, also those that were held until now. What
// is packed by its content coding was or could not be looked into, and is judged by that.
func (s *Sink) judgeRest(f *inFlight) error {
	for _, side := range sides {
		p := f.part(side)
		switch {
		case p.streams || len(p.content) == 0 || p.packed && s.secrets != nil:
		case s.secrets != nil && p.held():
			p.judge(p.content, true)
			s.judged(p)
			p.leaveOut(p.content)
		default:
			if err := s.stream(f, side, nil, true); err != nil {
				return fmt.Errorf("%s body of exchange %d: %w", side, f.id, err)
			}
		}
	}
	return nil
}

// headsCame looks at the heads of x where nothing else does, as secrets are kept.
func (f *inFlight) headsCame(x *runnertape.Exchange) {
	f.parts[0].headCame(x.Request.Header)
	if x.Response != nil {
		f.parts[1].headCame(x.Response.Header)
	}
}

// noteOpaque writes into x what is known of its bodies.
func (f *inFlight) noteOpaque(x *runnertape.Exchange) {
	f.parts[0].note(&x.Request.Body)
	if x.Response != nil {
		f.parts[1].note(&x.Response.Body)
	}
}

// note writes into b what is known of the body.
func (o *opacity) note(b *runnertape.Body) {
	b.Opaque = b.Opaque || o.verdict == opaque
	if o.sum != nil {
		o.sum.Sum(b.SHA256[:0])
	}
}
