package redact

import (
	"bytes"
	"errors"
	"io"

	"runnertape"
	"runnertape/decode"
)

// body looks at a body. It tells whether the exchange says something else of it now.
func (w *rewriter) body(x *runnertape.Exchange, call decode.Call, side runnertape.Side, h runnertape.Header, b *runnertape.Body) (rewritten bool, err error) {
	if x.State == runnertape.Done && b.Stored == 0 {
		return false, nil
	}
	var p part
	p.init(call.Endpoint, side)
	p.headCame(h)
	if !p.json && !p.form && !p.packed {
		return false, w.text(x, call, side, h, b.Opaque)
	}
	r, err := w.s.late.keeper.BodyAt(x.ID, side, 0)
	if err != nil {
		return false, err
	}
	p.content, err = io.ReadAll(io.LimitReader(r, decode.MaxMessage+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return false, err
	}
	w.s.late.credit -= credit(len(p.content))
	if len(p.content) > decode.MaxMessage {
		return false, w.text(x, call, side, h, b.Opaque)
	}
	return w.whole(x, side, h, b, &p)
}

// whole looks at a body that was held until it was whole.
func (w *rewriter) whole(x *runnertape.Exchange, side runnertape.Side, h runnertape.Header, b *runnertape.Body, p *part) (rewritten bool, err error) {
	was := bytes.Clone(p.content)
	if p.read(h); p.err != nil {
		return false, nil // it broke off, and was masked as a whole or not kept
	}
	if w.note {
		w.s.late.noteWhole(x.ID, p.plain, p)
	}
	before := bytes.Clone(p.plain)
	w.s.secrets.look(p.replace)
	if bytes.Equal(before, p.plain) {
		return false, nil
	}
	if h.ContentCoding() == "" {
		var sp span
		sp.feed(place{x.ID, side, 0, len(was)}, was, was)
		sp.take(p.plain)
		return false, w.s.apply(&sp)
	}
	w.s.changed(x.ID)
	b.Rewritten = true
	return true, w.s.late.keeper.Replace(x.ID, side, pack(p.plain))
}
