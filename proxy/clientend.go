package proxy

import (
	"errors"
	"io"

	"runnertape"
)

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
	case isSyntax(err): // what the upstream makes of it is for it to say
		f.e.unreadable(err)
		p.endRequest(nil, true)
		return p.endOf(f, l, p.in.passUnread(l.conn))
	case upstreamLost: // its answer may still be on the way
		p.endRequest(nil, true)
		p.awaitEnd()
		p.linger()
		return false
	default:
		p.clientLeft(err)
		p.endRequest(nil, true)
	}
	p.leave()
	return false
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
		p.endIdle(err)
	case err == io.EOF:
		closeWrite(to.conn)
	default:
		p.breakOff(err)
	}
}

// leave waits for the end of what is under way, and closes.
func (p *pair) leave() {
	p.awaitEnd()
	p.await(func() bool { return !p.unread }) // that ends with its connection
	p.close()
}

// awaitEnd waits for the end of what is under way, now that no more comes from the
// client; also where a 101 makes it a connection only then.
func (p *pair) awaitEnd() {
	p.await(func() bool { return p.current == nil || p.current.upgraded })
	p.endUpgraded()
	p.await(func() bool { return p.current == nil })
}
