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

// errUpgraded says that what comes now is no request.
var errUpgraded = errors.New("the connection is upgraded")

// serve passes on what the client sends, until it or an upstream ends.
func (p *pair) serve() {
	defer p.in.free()
	defer p.survive(func() {
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
	return nil
}

// request passes on the request whose head of n bytes is held. It is false if
// the connection is of no more use here.
func (p *pair) request(n int) bool {
	raw := p.in.held()[:n]
	head, err := http1.ParseRequest(string(raw))
	var body runnertape.Body
	if err == nil {
		body, err = head.Framing()
	}
	var t target
	if connect := err == nil && head.Method == http.MethodConnect && p.via.target == ""; connect {
		p.rec.connect(p, n)
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
	identity := p.rec.wantsRewrite(e.x)
	f.setLead(func(b []byte) []byte { return t.edit(b, raw, head, identity) })
	p.in.skip(n)
	l, err := p.link(e, t)
	if err != nil {
		p.unreachable(f, t, err)
		return false
	}
	f.out = l.conn
	return p.endOf(f, l, f.run())
}

// endOf notes how a request has ended: well if err is nil. It is false if
// nothing more can come of the connection.
func (p *pair) endOf(f *passing, l *link, err error) bool {
	_, upstreamLost := errors.AsType[outError](err)
	switch {
	case err == nil:
		trailer, err := f.body.Trailer()
		if err != nil {
			p.rec.config.Logger.Warn("trailers were passed on, and cannot be read", "exchange", f.e.id, "error", err)
		}
		p.endRequest(trailer, false)
		return true
	case upstreamLost: // its answer may still be on the way
		p.endRequest(nil, true)
		p.await(func() bool { return p.current == nil })
		p.linger()
		return false
	case isSyntax(err): // what the upstream makes of it is for it to say
		f.e.unreadable(err)
		p.endRequest(nil, true)
		p.clientLeft(p.passUnread(l))
	default:
		p.clientLeft(err)
		p.endRequest(nil, true)
	}
	p.leave()
	return false
}

// passUnread passes on what cannot be understood, up to the end.
func (p *pair) passUnread(l *link) error {
	for {
		if _, err := l.conn.Write(p.in.held()); err != nil {
			return err
		}
		p.in.skip(len(p.in.held()))
		if err := p.in.fill(); err != nil {
			return err
		}
	}
}

// passRaw passes on what the client sends after a 101.
func (p *pair) passRaw() {
	e := p.upgraded()
	f := &passing{in: p.in, out: e.link.conn, e: e, side: runnertape.RequestSide, body: http1.NewBody(runnertape.Body{Framing: runnertape.ToClose})}
	err := f.run()
	if _, upstreamLost := errors.AsType[outError](err); err == io.EOF {
		closeWrite(e.link.conn)
	} else if !upstreamLost {
		p.breakOff(err)
	}
	p.leave()
}

// clientLeft notes that nothing more comes from the client, and tells the upstream.
func (p *pair) clientLeft(err error) {
	p.mu.Lock()
	var to *link
	if e := p.current; e != nil && !p.closed {
		to = e.link
		p.blame(&runnertape.Failure{Side: runnertape.RequestSide, Text: "the client closed its connection"})
	}
	p.mu.Unlock()
	switch {
	case to == nil: // between two exchanges
		p.close()
	case err == io.EOF:
		closeWrite(to.conn)
	default:
		p.breakOff(err)
	}
}

// leave waits for the end of what is under way, and closes.
func (p *pair) leave() {
	p.endUpgraded()
	p.await(func() bool { return p.current == nil })
	p.close()
}
