package redact

import (
	"bytes"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// look calls f with the lock held. Nothing is learned in it: what is kept was searched for what shows itself
// by its form when it came, and what looks like it now may be half a stand-in.
func (r *Redactor) look(f func(r *Redactor)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looking = true
	defer func() { r.looking = false }()
	f(r)
}

// lookAtHeads puts stand-ins into all of x but its bodies. It tells whether there were any.
func (r *Redactor) lookAtHeads(e decode.Endpoint, x *runnertape.Exchange) (changed bool) {
	r.look(func(r *Redactor) {
		text := func(s *string) {
			if now := r.text(*s); now != *s {
				*s, changed = now, true
			}
		}
		header := func(h *runnertape.Header) {
			if now := r.header(*h); !slices.Equal(now, *h) {
				*h, changed = now, true
			}
		}
		if now := r.target(e, x.Request.Target); now != x.Request.Target {
			x.Request.Target, changed = now, true
		}
		header(&x.Request.Header)
		header(&x.Request.Trailer)
		for i := range x.Interim {
			header(&x.Interim[i].Header)
		}
		if x.Response != nil {
			text(&x.Response.Reason)
			header(&x.Response.Header)
			header(&x.Response.Trailer)
		}
		if x.Failure != nil {
			text(&x.Failure.Text)
		}
		if d := x.Decoded; d != nil {
			for _, s := range []*string{&d.Gist, &d.Runner.Token, &d.Runner.SystemID, &d.Runner.Version, &d.Runner.Executor} {
				text(s)
			}
			gist := []byte(d.Gist)
			r.shortened(gist)
			changed = changed || string(gist) != d.Gist
			d.Gist = string(gist)
			was := bytes.Clone(d.Message)
			r.inJSON(d.Message, firstValue(d.Message))
			r.shortened(d.Message)
			changed = changed || !bytes.Equal(was, d.Message)
		}
	})
	return changed
}
