package proxy

import (
	"errors"
	"io"

	"runnertape"
)

// endOf notes how a response has ended: well if err is nil. It returns why the
// link cannot go on, if it cannot.
func (l *link) endOf(f *passing, body runnertape.Body, err error) error {
	switch {
	case err == io.EOF && body.Framing == runnertape.ToClose:
		f.e.endResponse(nil, nil)
		if f.last != nil {
			f.last()
		}
	case isSyntax(err):
		return l.unreadable(f.e, err)
	case err == nil:
		trailer, err := f.body.Trailer()
		if err != nil {
			l.pair.rec.config.Logger.Warn("trailers were passed on, and cannot be read", "exchange", f.e.id, "error", err)
		}
		f.e.endResponse(trailer, nil)
	}
	return err
}

// unreadable ends the answer to e, since nobody knows where it ends, and passes it on.
func (l *link) unreadable(e *exchanging, err error) error {
	l.pair.mu.Lock()
	l.pair.unread = true
	l.pair.mu.Unlock()
	e.endResponse(nil, l.failure(e, err))
	return l.in.passUnread(l.pair.client)
}

// failure is that of a response that breaks off with err.
func (l *link) failure(e *exchanging, err error) *runnertape.Failure {
	l.pair.mu.Lock()
	defer l.pair.mu.Unlock()
	f := &runnertape.Failure{Side: runnertape.ResponseSide, Text: shortError(err), Byte: e.sent}
	if c, ok := errors.AsType[outError](err); ok {
		f.Side, f.Text = runnertape.RequestSide, shortError(c.error)
	} else if err == io.EOF {
		f.Text = "the upstream closed its connection"
	} else if isSyntax(err) {
		f.Text = "the answer is not HTTP/1.x: " + err.Error()
	}
	return f
}

// end ends the client's connection in the way this one has ended.
func (l *link) end(err error) {
	p := l.pair
	p.mu.Lock()
	l.ended = true // nothing is asked from here on
	e := l.asked()
	p.mu.Unlock()
	if e != nil {
		l.answering = true
		e.endResponse(nil, l.failure(e, err))
	}
	p.mu.Lock()
	if l.answering {
		p.unread = false
		p.change.Broadcast()
	}
	receiving := p.current != nil && p.current.link == l // the upstream may still take the request
	unneeded := !l.answering && !receiving && (len(p.links) > 1 || p.current != nil)
	if unneeded && p.links[l.address] == l {
		delete(p.links, l.address)
	}
	p.mu.Unlock()
	switch {
	case unneeded: // the client's connection goes on, with other hosts
		l.conn.Close()
	case receiving && err == io.EOF:
		closeWrite(p.client)
	case !l.answering:
		p.endIdle(err)
	case err == io.EOF:
		p.close()
	default:
		p.breakOff(err)
	}
}
