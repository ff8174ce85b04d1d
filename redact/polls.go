package redact

import "bytes"

// polls are bodies by which runners ask for jobs. One runner sends the same again
// and again, so that what was learned from a body and made of it is remembered.
type polls map[string]*poll

// poll is one such body.
type poll struct {
	redacted []byte
	value    int // bytes of it that are a JSON value
	declared []*secret
	change   uint64 // of what is looked for, when it was redacted
	uses     int    // since then
}

// Bounds of polls. That each is read anew now and then keeps what it says in use.
const (
	maxPolls    = 256
	maxPoll     = 4 << 10 // bytes
	maxPollUses = 100
)

// of is the poll that p is, if nothing that is looked for has changed since.
func (k polls) of(r *Redactor, p *part) *poll {
	b := k[string(p.content)]
	if b == nil || b.change != r.forms.change || b.uses > maxPollUses {
		return nil
	}
	return b
}

// learn learns again what p declares. It is false if p has to be read for that.
func (k polls) learn(r *Redactor, p *part) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := k.of(r, p)
	if b == nil || p.packed {
		return false
	}
	for _, s := range b.declared {
		r.declared(s)
	}
	b.uses++
	p.learned, p.plain, p.value, p.told = true, p.content, b.value, b.declared
	return true
}

// redacted is p, which has been learned, with stand-ins. It is not to be changed.
func (k polls) redacted(r *Redactor, p *part) []byte {
	if len(p.content) > maxPoll {
		return p.redacted(r)
	}
	r.mu.Lock()
	b := k.of(r, p)
	r.mu.Unlock()
	if b != nil {
		return b.redacted
	}
	if len(k) >= maxPolls {
		clear(k)
	}
	was := string(p.content)
	b = &poll{redacted: bytes.Clone(p.redacted(r)), value: p.value, declared: append([]*secret(nil), p.told...)}
	b.change = r.changes()
	k[was] = b
	return b.redacted
}
