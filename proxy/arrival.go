package proxy

import (
	"context"
	"net"
	"net/http"
	"strings"

	"runnertape"
	"runnertape/proxy/http1"
)

// connection is what the door remembers of a client connection. One inside a
// CONNECT is the connection that the CONNECT came by.
type connection struct {
	number uint64
	client string   // its address
	target string   // host:port of its CONNECT; empty outside
	scheme string   // what is spoken inside the CONNECT
	ahead  net.Conn // to the target of the CONNECT, if there is one already
}

// way is that of a request which came by c.
func (c connection) way(head *http1.Request) runnertape.Way {
	switch {
	case c.target != "":
		return runnertape.Connect
	case head.Target != "*" && !strings.HasPrefix(head.Target, "/"):
		return runnertape.Forward
	}
	return runnertape.Reverse
}

type connectionKey struct{}

func connectionOf(ctx context.Context) connection {
	c, _ := ctx.Value(connectionKey{}).(connection)
	return c
}

// arrive gives r.URL the scheme and host that the client named by a forward way; by the
// reverse way they are empty. It does so in place: net/http puts
// trailers that were not announced into this very request.
func arrive(r *http.Request) {
	c := connectionOf(r.Context())
	switch {
	case c.target != "":
		// The Host header is the client's to choose; where it goes is not.
		r.URL.Scheme, r.URL.Host = c.scheme, http1.HostOf(c.scheme, c.target)
	case r.URL.IsAbs() && r.URL.Host != "":
		r.URL.Scheme = strings.ToLower(r.URL.Scheme)
		r.URL.Host = http1.HostOf(r.URL.Scheme, r.URL.Host)
	default:
		r.URL.Scheme, r.URL.Host = "", ""
	}
}

// dialAddress is host with a port in any case.
func dialAddress(scheme, host string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), defaultPort(scheme))
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}
