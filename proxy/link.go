package proxy

import (
	"errors"
	"io"
	"net"
	"strings"

	"runnertape"
	"runnertape/proxy/http1"
)

// link is a connection to an upstream, on behalf of one client's.
type link struct {
	pair    *pair
	address string
	conn    net.Conn
	in      *inlet
	ended   bool // the upstream sends no more; guarded by pair.mu

	answering bool // what came last was an answer, or its beginning; of run's goroutine
}

// run passes on what the upstream sends, until it ends.
func (l *link) run() {
	defer l.in.free()
	defer l.pair.survive(func() { l.end(errFault) })
	for {
		if err := l.next(); err != nil {
			l.end(err)
			return
		}
	}
}

// next passes one response on, or what else comes.
func (l *link) next() error {
	n, err := l.in.head(maxResponseHead, nil)
	e := l.exchange()
	l.answering = e != nil
	switch {
	case e == nil && len(l.in.held()) > 0:
		return l.unasked()
	case err != nil && !isSyntax(err):
		return l.toClient(l.in.held(), err) // a head that breaks off
	}
	var head *http1.Response
	if err == nil {
		head, err = http1.ParseResponse(string(l.in.held()[:n]))
	}
	var body runnertape.Body
	if err == nil {
		body, err = head.Framing(e.method)
	}
	if err != nil {
		return l.unreadable(e, err)
	}
	return l.respond(e, head, body, n)
}

// unasked passes on what no request had asked for. A client that speaks with other hosts
// by its connection too would take it for theirs.
func (l *link) unasked() error {
	l.pair.mu.Lock()
	shared := len(l.pair.links) > 1 || l.pair.current != nil && l.pair.current.link != l
	l.pair.mu.Unlock()
	l.pair.rec.config.Logger.Warn("an upstream sent what no request had asked for; it is not recorded", "host", l.address, "passed_on", !shared)
	if shared {
		return io.EOF
	}
	return l.in.passUnread(l.pair.client)
}

// toClient passes p on. It returns then, unless that fails.
func (l *link) toClient(p []byte, then error) error {
	if len(p) > 0 {
		if _, err := l.pair.client.Write(p); err != nil {
			return outError{err}
		}
	}
	return then
}

// respond passes on a response whose head of n bytes is held.
func (l *link) respond(e *exchanging, head *http1.Response, body runnertape.Body, n int) error {
	if head.Status < 200 && head.Status != 101 {
		e.interim(head)
		err := l.toClient(l.in.held()[:n], nil)
		l.in.skip(n)
		return err
	}
	e.replied(&runnertape.Response{Status: head.Status, Reason: head.Reason, Proto: head.Proto, Header: head.Header, Body: body})
	f := &passing{
		in: l.in, out: l.pair.client, e: e, side: runnertape.ResponseSide, body: http1.NewBody(body),
		early: declaresSecrets(head.Header),
	}
	if rec := l.pair.rec; rec.config.Sync {
		f.last = rec.queue.flush
	}
	w := l.pair.rec.rewriting(e, body.Framing)
	f.setLead(func(b []byte) []byte { return w.head(b, l.in.held()[:n], "") })
	l.in.skip(n)
	if w.body {
		return l.endOf(f, body, w.pass(f, body.Framing))
	}
	return l.endOf(f, body, f.run())
}

// exchange is what the upstream is answering, or nil.
func (l *link) exchange() *exchanging {
	l.pair.mu.Lock()
	defer l.pair.mu.Unlock()
	return l.asked()
}

// asked is exchange, called with pair.mu held.
func (l *link) asked() *exchanging {
	if e := l.pair.current; e != nil && e.link == l && !e.responseOver {
		return e
	}
	return nil
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[http1.SyntaxError](err)
	return ok
}

// declaresSecrets tells whether a body may. JSON does, as redaction sees it.
func declaresSecrets(h runnertape.Header) bool {
	return strings.Contains(strings.ToLower(h.Get("Content-Type")), "json")
}
