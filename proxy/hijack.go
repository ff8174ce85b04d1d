package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// wholeHijacker gives goproxy, which looks at the bare connection only, one
// that first yields what net/http had read ahead: clients may send their TLS
// greeting right behind the CONNECT.
type wholeHijacker struct{ http.ResponseWriter }

// Hijack implements http.Hijacker.
func (h wholeHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	n := rw.Reader.Buffered()
	if n == 0 {
		return c, rw, nil // goproxy half-closes TCP connections, and only those
	}
	ahead := make([]byte, n)
	if _, err := io.ReadFull(rw.Reader, ahead); err != nil {
		return nil, nil, err
	}
	return &aheadConn{Conn: c, ahead: ahead}, rw, nil
}

// aheadConn yields ahead before what the connection has.
type aheadConn struct {
	net.Conn
	ahead []byte
}

// Read implements net.Conn.
func (c *aheadConn) Read(p []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(p, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// NetConn is the connection inside.
func (c *aheadConn) NetConn() net.Conn { return c.Conn }

// CloseWrite half-closes towards the client.
func (c *aheadConn) CloseWrite() error {
	if h, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return c.Conn.Close()
}

// CloseRead half-closes from the client.
func (c *aheadConn) CloseRead() error {
	if h, ok := c.Conn.(interface{ CloseRead() error }); ok {
		return h.CloseRead()
	}
	return nil
}
