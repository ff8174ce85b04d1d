package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
	"time"
)

// watchedConn is a connection to an upstream that tells when it ends. Where TLS is
// spoken it is the outer layer: the end may be a message inside.
//
// The Transport notices that by itself, but does not return before its reading of
// the request's body has. A client that pauses in its upload would not
// learn of the break until it goes on.
type watchedConn struct {
	net.Conn
	lost atomic.Pointer[func()] // called at the end; nil if nobody wants to know
}

// dialWatched is dial for a Transport.
func (u *Upstream) dialWatched(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := u.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &watchedConn{Conn: c}, nil
}

// dialTLS makes a function that dials for a Transport and speaks TLS.
func (u *Upstream) dialTLS(base *tls.Config) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := u.dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		config := base.Clone()
		if config.ServerName, _, err = net.SplitHostPort(address); err != nil {
			config.ServerName = address
		}
		secure := tls.Client(c, config)
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err := secure.HandshakeContext(ctx); err != nil {
			c.Close()
			return nil, err
		}
		return &watchedConn{Conn: secure}, nil
	}
}

// Read implements net.Conn.
func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if lost := c.lost.Load(); err != nil && lost != nil {
		(*lost)()
	}
	return n, err
}

// CloseWrite half-closes towards the upstream.
func (c *watchedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// watch makes the end of c call lost, if it is a connection that can tell.
func watch(c net.Conn, lost func()) (stop func()) {
	w, ok := c.(*watchedConn)
	if !ok {
		return func() {}
	}
	w.lost.Store(&lost)
	return func() { w.lost.CompareAndSwap(&lost, nil) }
}
