package proxy

import (
	"errors"
	"io"
	"net/http"
	"time"

	"runnertape"
	"runnertape/proxy/http1"
)

// firstHeadTimeout bounds how long a new connection may say nothing. Later the
// upstream's patience decides.
const firstHeadTimeout = 30 * time.Second

var (
	// errUpgraded says that what comes now is no request.
	errUpgraded = errors.New("the connection is upgraded")
	errTLS      = errors.New("it is TLS; the recorder's own URL begins with http://")
)

// serve passes on what the client sends, until it or an upstream ends.
func (p *pair) serve() {
	defer p.in.free()
	defer p.survive(func() {
		p.ending(func(e *exchanging) { e.responseOver = e.responseOver || e.link == nil }) // then nobody else will say so
		p.endRequest(nil, true)
		p.endUpgraded()
	})
	p.client.SetReadDeadline(time.Now().Add(firstHeadTimeout))
	for first := true; ; first = false {
		n, err := p.in.head(maxRequestHead, p.turn)
		if first {
			p.client.SetReadDeadline(time.Time{})
		}
		switch {
		case err == errUpgraded:
			p.passRaw()
			return
		case err == errTLS:
			p.refuse(http.StatusBadRequest, "this request cannot be read: "+err.Error())
			return
		case isSyntax(err):
			p.refuse(http.StatusRequestHeaderFieldsTooLarge, "this request cannot be read: "+err.Error())
			return
		case err != nil:
			p.clientLeft(err)
			p.leave()
			return
		case !p.request(n):
			return
		}
	}
}

// turn waits until what the client sends may be looked at: that is when the
// exchange under way is over, or has become a connection.
func (p *pair) turn() error {
	if err := p.await(func() bool { return p.current == nil || p.current.upgraded }); err != nil {
		return err
	}
	if p.upgraded() != nil {
		return errUpgraded
	}
	if p.in.held()[0] == tlsHandshakeRecord { // which may have no empty line, ever
		return errTLS
	}
	return nil
}

// request passes on the request whose head of n bytes is held. It is false if
// the connection is of no more use here.
func (p *pair) request(n int) bool {
	raw := p.in.held()[:n]
	empty := raw[:http1.EmptyLines(raw)]
	raw = raw[len(empty):]
	head, err := http1.ParseRequest(string(raw))
	var body runnertape.Body
	if err == nil {
		body, err = head.Framing()
	}
	var t target
	if connect := err == nil && head.Method == http.MethodConnect && p.via.target == ""; connect {
		p.in.skip(len(empty))
		p.rec.connect(p, len(raw))
		return false
	} else if err == nil {
		t, err = p.rec.target(head, p.via)
	}
	switch {
	case isSyntax(err):
		p.refuse(http.StatusBadRequest, "this request cannot be read: "+err.Error())
		return false
	case err != nil: // counted, and said once
		writeError(p.client, http.StatusForbidden, "runnertape: "+err.Error())
		p.linger()
		return false
	}
	e := &exchanging{pair: p, method: head.Method, host: head.Header.Get("Host")}
	if !p.begin(e, p.exchange(head, body, t)) {
		p.breakOff(errStopped)
		return false
	}
	f := &passing{in: p.in, e: e, side: runnertape.RequestSide, body: http1.NewBody(body), early: declaresSecrets(head.Header)}
	e.rewrite = p.rec.wantsRewrite(e.x)
	f.setLead(func(b []byte) []byte { return t.edit(append(b, empty...), raw, head, e.rewrite) })
	p.in.skip(n)
	l, err := p.link(e, t)
	if err != nil {
		p.unreachable(f, t, err)
		return false
	}
	f.out = l.conn
	return p.endOf(f, l, f.run())
}

// passRaw passes on what the client sends after a 101.
func (p *pair) passRaw() {
	e := p.upgraded()
	f := &passing{in: p.in, out: e.link.conn, e: e, side: runnertape.RequestSide, body: http1.NewBody(runnertape.Body{Framing: runnertape.ToClose})}
	err := f.run()
	if _, upstreamLost := errors.AsType[outError](err); err == io.EOF {
		closeWrite(e.link.conn)
	} else if !upstreamLost {
		p.clientLeft(err)
	}
	p.leave()
}
