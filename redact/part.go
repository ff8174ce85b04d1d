package redact

import (
	"bytes"
	"encoding/binary"
	"strings"

	"runnertape"
	"runnertape/decode"
)

// part is one body of an exchange. JSON, forms and compressed text are held until
// they are whole, since what declares a secret may stand behind it, and nothing can
// be found in compressed text piece by piece. All else is a stream.
type part struct {
	opacity
	poll     bool  // it asks for a job, most likely in the same words as before
	json     bool  // it may declare secrets: JSON, and each message of the protocol
	form     bool  // it may, as a query
	packed   bool  // it is compressed text
	must     bool  // if it is too long to be held, it is not kept
	declared int64 // length it said it will have, 0 if none

	content []byte    // what is held
	end     jsonEnd   // of content
	plain   []byte    // content without its coding, once learned
	was     []byte    // what plain was before, if it is packed
	value   int       // bytes of plain that are a JSON value, once learned
	err     error     // why there is no plain
	learned bool      // the secrets in content are known
	told    []*secret // what the content of a poll declares
	tooLong bool      // there was more than can be held
	streams bool      // it is not held
	stream  *Stream   // nil before it begins, and when it has ended
	came    int64     // bytes of it
	passed  int64     // bytes passed on
	grams   grams     // of those, if it streams
	span    span      // what was passed on, but is looked at again with what follows

	wants     int64  // first bytes that decoding wants
	head      []byte // those bytes, redacted
	rewritten bool   // packed again, or not kept
}

func (p *part) init(e decode.Endpoint, side runnertape.Side) {
	p.opacity = newOpacity(e)
	p.wants = decode.Wants(e, side)
	p.poll = e == decode.RequestJob && side == runnertape.RequestSide
}

// maxReused bounds the memory that is kept for later bodies.
const maxReused = 96 << 10

// reuse takes the memory of a part that is over.
func (p *part) reuse(old *part) {
	if cap(old.content) <= maxReused {
		p.content = old.content[:0]
	}
	if cap(old.head) <= maxReused {
		p.head = old.head[:0]
	}
}

// headCame looks at the head that says what will come.
func (p *part) headCame(h runnertape.Header) {
	p.opacity.headCame(h)
	kind := strings.ToLower(p.contentType)
	message := p.wants >= decode.MaxMessage
	p.json = message || strings.Contains(kind, "json")
	p.form = strings.HasPrefix(kind, "application/x-www-form-urlencoded")
	p.packed = h.ContentCoding() != "" && (p.json || p.form || p.verdict == readable || isPackedText(kind))
	p.must = message || p.packed
}

// isPackedText tells of a content type that a packed body is text. Git never packs a request that has a pack in it.
func isPackedText(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.TrimSpace(media)
	return media == "" || namesText(media) && media != "application/x-git-receive-pack-request"
}

// hold keeps b back if the body must be seen whole. It is false if it is a
// stream, also if it becomes one now: then what was held comes first.
func (p *part) hold(b []byte) bool {
	if !p.json && !p.form && !p.packed || p.streams {
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
	if p.json && !p.packed && int64(len(p.content)) != p.declared { // or else it is whole without reading it
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
	p.learned = true
	p.read(h)
	switch {
	case p.err != nil:
	case p.json:
		if p.value > 0 {
			r.learnJSON(p.plain[:p.value])
		}
	case p.form:
		r.learnQuery(string(p.plain), isUnset)
	}
}

// read takes the coding off the held body.
func (p *part) read(h runnertape.Header) {
	if p.plain, p.err = decode.Plain(h, p.content, decode.MaxMessage); p.err == nil && p.json {
		p.value = firstValue(p.plain)
	}
}

// redacted is the held body with stand-ins.
func (p *part) redacted(r *Redactor) []byte {
	p.redact(r)
	return p.kept()
}

// redact puts stand-ins into plain.
func (p *part) redact(r *Redactor) {
	if p.packed {
		p.was = bytes.Clone(p.plain)
	}
	switch {
	case p.tooLong || p.err != nil:
	case p.json:
		r.redactJSON(p.plain, p.value)
	default:
		r.mu.Lock()
		defer r.mu.Unlock()
		p.replace(r)
	}
}

// replace puts stand-ins into plain; r.mu is held.
func (p *part) replace(r *Redactor) {
	switch {
	case p.json:
		r.inJSON(p.plain, p.value)
	case p.form:
		r.form(p.plain)
	default:
		r.bytes(p.plain)
	}
}

// kept is what is kept of the held body, in which stand-ins are. A compressed one is packed again, which changes
// its length. What cannot be looked into is not kept: it would reach the disk with its secrets.
func (p *part) kept() []byte {
	switch {
	case p.tooLong || p.err != nil:
		p.rewritten = true
		return nil
	case !p.packed:
		return p.plain // which is content
	case bytes.Equal(p.was, p.plain) && isBare(p.content):
		return p.content
	}
	p.rewritten = true
	return pack(p.plain)
}

// keepHead keeps the first bytes for decoding.
func (p *part) keepHead(b []byte) {
	if room := p.wants - int64(len(p.head)); room > 0 {
		p.head = append(p.head, b[:min(int64(len(b)), room)]...)
	}
}

// noteKept writes into b that what is kept of the body is something else than what passed.
func (p *part) noteKept(b *runnertape.Body) {
	if p.rewritten {
		b.Rewritten, b.Stored = true, p.passed
	}
}
