package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
)

// inner is a connection that wraps another, as a *tls.Conn does.
type inner interface{ NetConn() net.Conn }

// tcpOf is the TCP connection at the bottom of c, or nil.
func tcpOf(c net.Conn) *net.TCPConn {
	for {
		switch t := c.(type) {
		case *net.TCPConn:
			return t
		case inner:
			c = t.NetConn()
		default:
			return nil
		}
	}
}

// closeWrite ends one direction of c in order.
func closeWrite(c net.Conn) {
	if t, ok := c.(*tls.Conn); ok {
		t.CloseWrite() // its peer may be gone: then there is nobody to tell
	}
	if tcp := tcpOf(c); tcp != nil {
		tcp.CloseWrite()
	}
}

// errTruncated ends a TLS connection that is closed without its farewell
// (close_notify, RFC 8446 §6.1), as anybody on the way could close it.
var errTruncated = errors.New("the connection was closed without TLS's farewell")

// beneathTLS is a connection that TLS is spoken on. crypto/tls takes its end,
// between two records, for a farewell; but then what was broken off would look whole.
type beneathTLS struct{ net.Conn }

// Read implements net.Conn.
func (c beneathTLS) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == io.EOF {
		err = errTruncated
	}
	return n, err
}

// NetConn is the connection inside.
func (c beneathTLS) NetConn() net.Conn { return c.Conn }

// abort ends c as err has ended another connection: one that was reset is
// reset, and one that ended without TLS's farewell ends without it.
func abort(c net.Conn, err error) {
	tcp := tcpOf(c)
	if tcp == nil {
		c.Close()
		return
	}
	if _, secure := c.(*tls.Conn); !secure || err != errTruncated {
		tcp.SetLinger(0)
	}
	tcp.Close()
}

// shortError is one line of err, without addresses.
func shortError(err error) string {
	if err == io.EOF {
		return "the connection was closed"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		if err = op.Err; op.Op == "dial" {
			return "dial: " + op.Err.Error()
		}
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}
