package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"

	"runnertape"
)

// close ends all connections in order. After the first end there is no other.
func (p *pair) close() { p.end(func(c net.Conn) { c.Close() }) }

// breakOff ends all connections as err ended one of them.
func (p *pair) breakOff(err error) { p.end(func(c net.Conn) { abort(c, err) }) }

// endIdle ends all connections as err ended one of them between two exchanges.
func (p *pair) endIdle(err error) {
	switch {
	case err == io.EOF || errors.Is(err, os.ErrDeadlineExceeded):
		p.close()
	case err == errTruncated: // nothing was lost: without TLS, that is an end as any other
		p.end(func(c net.Conn) {
			if _, secure := c.(*tls.Conn); secure {
				abort(c, err)
			}
			c.Close()
		})
	default:
		p.breakOff(err)
	}
}

// giveAway ends all but the client's connection, which is another's from now on.
func (p *pair) giveAway() {
	p.end(func(c net.Conn) {
		if c != p.client {
			c.Close()
		}
	})
}

// end closes outside the lock: TLS says farewell, which can take time.
func (p *pair) end(close func(net.Conn)) {
	p.mu.Lock()
	open := p.seal()
	p.mu.Unlock()
	for _, c := range open {
		close(c)
	}
}

// seal lets nothing more begin, and returns the connections to be closed. It is
// called with mu held.
func (p *pair) seal() (open []net.Conn) {
	if p.closed {
		return nil
	}
	p.closed = true
	p.change.Broadcast()
	open = append(open, p.client)
	for _, l := range p.links {
		open = append(open, l.conn)
	}
	return open
}

// stop breaks off what is under way because of the recorder.
func (p *pair) stop(why error) {
	p.mu.Lock()
	if p.current != nil && !p.closed {
		p.blame(&runnertape.Failure{Side: runnertape.RequestSide, Text: why.Error()})
	}
	p.mu.Unlock()
	p.breakOff(why)
}

// stopIdle closes the connection if nothing is under way.
func (p *pair) stopIdle() {
	var open []net.Conn
	p.mu.Lock()
	if p.current == nil {
		open = p.seal()
	}
	p.mu.Unlock()
	for _, c := range open {
		c.Close()
	}
}
