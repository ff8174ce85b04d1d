package proxy

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// tlsTimeout bounds the TLS handshake with an upstream.
const tlsTimeout = 10 * time.Second

// link finds the connection for e, or makes it.
func (p *pair) link(e *exchanging, t target) (*link, error) {
	address := t.address()
	p.mu.Lock()
	l := p.links[address]
	if l != nil && !l.ended {
		e.link = l
		p.mu.Unlock()
		return l, nil
	}
	p.mu.Unlock()
	if l != nil {
		l.conn.Close() // half of it is left
	}
	conn, err := p.dial(t)
	if err != nil {
		return nil, err
	}
	l = &link{pair: p, address: address, conn: conn, in: newInlet(conn)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		conn.Close()
		return nil, net.ErrClosed
	}
	p.rec.down.found(p.rec.config.Logger, address)
	p.links[address], e.link = l, l
	p.ends.Go(l.run)
	return l, nil
}

// dial connects to the target. The first time, a CONNECT has done so already.
func (p *pair) dial(t target) (net.Conn, error) {
	ctx := p.rec.life
	conn := p.via.ahead
	p.via.ahead = nil
	if conn == nil {
		var err error
		if conn, err = p.rec.config.Upstream.dial(ctx, "tcp", t.address()); err != nil {
			return nil, err
		}
	}
	if t.scheme != "https" {
		return conn, nil
	}
	host, _, err := net.SplitHostPort(t.address())
	if err != nil {
		host = t.address()
	}
	config := p.rec.tls.Clone()
	config.ServerName = host
	secure := tls.Client(beneathTLS{conn}, config)
	ctx, cancel := context.WithTimeout(ctx, tlsTimeout)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// clientTLS is what is spoken with upstreams: HTTP/1.1, as runners speak it.
func (u *Upstream) clientTLS() *tls.Config {
	return &tls.Config{
		RootCAs:                     u.RootCAs,
		NextProtos:                  []string{"http/1.1"},
		ClientSessionCache:          tls.NewLRUClientSessionCache(64),
		DynamicRecordSizingDisabled: true, // bodies come in large pieces
	}
}
