package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/elazarl/goproxy"
)

// tlsHandshakeRecord begins every TLS connection (RFC 8446 §5.1).
const tlsHandshakeRecord = 22

// newConnect sets goproxy up to answer CONNECT, and nothing else. Its defaults
// read proxies from the environment, which the recorder may share with the
// runner whose proxy it is, and trust a CA whose key is public.
func (d *Door) newConnect() *goproxy.ProxyHttpServer {
	p := goproxy.NewProxyHttpServer()
	p.Logger = discard{}
	p.Tr = &http.Transport{DialContext: noDial}
	p.ConnectDial = nil
	p.ConnectDialWithReq = func(r *http.Request, network, address string) (net.Conn, error) {
		c, err := d.config.Recorder.config.Upstream.dial(r.Context(), network, address)
		if err != nil {
			return nil, err
		}
		d.config.Recorder.sayUnread(address)
		return d.config.Recorder.tunnels.open(address, c), nil
	}
	p.ConnectionErrHandler = func(w io.Writer, _ *goproxy.ProxyCtx, err error) {
		writeError(w, http.StatusBadGateway, "runnertape: tunnel: "+err.Error())
	}
	p.OnRequest().HandleConnectFunc(d.handleConnect)
	return p
}

func (d *Door) handleConnect(host string, ctx *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
	address := dialAddress("https", host)
	switch {
	case d.config.Intercept(address):
		return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: d.intercept}, host
	case d.config.Recorder != nil && !d.config.Recorder.config.Closed:
		return &goproxy.ConnectAction{Action: goproxy.ConnectAccept}, address
	}
	var reason string
	if d.config.Recorder != nil {
		reason = d.config.Recorder.refuse(address)
	} else {
		reason = d.config.Refuse(ctx.Req, address)
	}
	return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: func(_ *http.Request, c net.Conn, _ *goproxy.ProxyCtx) {
		writeError(c, http.StatusForbidden, "runnertape: "+reason)
		c.Close()
	}}, host
}

// intercept takes the place of the host that r wants to connect to.
func (d *Door) intercept(r *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
	// Until it is handed on, the connection is nobody's but ours to close.
	stop := context.AfterFunc(r.Context(), func() { client.Close() })
	defer stop()
	c := connectionOf(r.Context())
	c.target = dialAddress("https", r.URL.Host)
	if rec := d.config.Recorder; rec != nil && !rec.reach(r, &c, client) {
		return
	}
	drop := func() {
		client.Close()
		if c.ahead != nil {
			c.ahead.Close()
		}
	}
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		drop()
		return
	}
	reader := bufio.NewReader(client)
	// What is spoken inside is known by its first byte; a client that says nothing is dropped.
	client.SetReadDeadline(time.Now().Add(readHeaderTimeout))
	first, err := reader.Peek(1)
	client.SetReadDeadline(time.Time{})
	if err != nil {
		drop()
		return
	}
	c.scheme = "http"
	if first[0] == tlsHandshakeRecord {
		c.scheme = "https"
	}
	conn := net.Conn(&interceptedConn{Conn: client, reader: reader, connection: c})
	if c.scheme == "https" {
		if conn = d.greet(r.Context(), conn, c.target); conn == nil {
			drop()
			return
		}
	}
	stop()
	if d.config.Recorder != nil {
		d.config.Recorder.handle(conn, c)
	} else {
		d.inner.hand(conn)
	}
}

// newTLS answers for the host of the CONNECT: not every client sends its name again.
func (d *Door) newTLS() *tls.Config {
	return &tls.Config{
		NextProtos:                  []string{"http/1.1"},
		DynamicRecordSizingDisabled: true, // bodies come in large pieces
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			conn, ok := hello.Conn.(*interceptedConn)
			if !ok {
				return nil, errors.New("no CONNECT before this handshake")
			}
			host, _, err := net.SplitHostPort(conn.connection.target)
			if err != nil {
				return nil, err
			}
			return d.config.CA.leaf(strings.ToLower(host))
		},
	}
}

// interceptedConn is a client connection after its CONNECT.
type interceptedConn struct {
	net.Conn
	reader     *bufio.Reader // holds what was peeked at
	connection connection
}

// Read implements net.Conn.
func (c *interceptedConn) Read(p []byte) (int, error) {
	n, err := c.reader.Read(p)
	if err == io.EOF && c.connection.scheme == "https" {
		err = errTruncated // as beneathTLS
	}
	return n, err
}

// NetConn is the connection inside.
func (c *interceptedConn) NetConn() net.Conn { return c.Conn }

func noDial(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("goproxy must not dial")
}

type discard struct{}

// Printf implements goproxy.Logger. What it would say contains whole URLs, and so tokens.
func (discard) Printf(string, ...any) {}
