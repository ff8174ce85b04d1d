package proxy

import (
	"context"
	"net"
	"net/http"
	"strings"

	"runnertape"
)

// Arrival is how a request came through the door.
type Arrival struct {
	Way  runnertape.Way
	Conn uint64 // number of the client connection, from 1
}

type arrivalKey struct{}

// ArrivalOf tells how r came. By the forward ways r.URL has the scheme and host
// the client named; by the reverse way they are empty.
func ArrivalOf(r *http.Request) Arrival {
	a, _ := r.Context().Value(arrivalKey{}).(Arrival)
	return a
}

// connection is what the door remembers of a client connection.
type connection struct {
	number uint64
	target string // host:port of its CONNECT; empty outside
	scheme string // what is spoken inside the CONNECT
}

type connectionKey struct{}

func connectionOf(ctx context.Context) connection {
	c, _ := ctx.Value(connectionKey{}).(connection)
	return c
}

// arrive tells by which way r came, and completes r.URL by the forward ways.
func arrive(r *http.Request) *http.Request {
	c := connectionOf(r.Context())
	a := Arrival{Way: runnertape.Reverse, Conn: c.number}
	switch {
	case c.target != "":
		a.Way = runnertape.Connect
		// The Host header is the client's to choose; where it goes is not.
		r.URL.Scheme, r.URL.Host = c.scheme, hostOf(c.scheme, c.target)
	case r.URL.IsAbs() && r.URL.Host != "":
		a.Way = runnertape.Forward
		r.URL.Scheme = strings.ToLower(r.URL.Scheme)
		r.URL.Host = hostOf(r.URL.Scheme, r.URL.Host)
	default:
		r.URL.Scheme, r.URL.Host = "", ""
	}
	return r.WithContext(context.WithValue(r.Context(), arrivalKey{}, a))
}

// hostOf is hostport in lower case, without the port if it is the scheme's own.
func hostOf(scheme, hostport string) string {
	hostport = strings.ToLower(hostport)
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || port != defaultPort(scheme) {
		return hostport
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
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
