package proxy

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// wire is one end of a bare connection, on which a test says and sees each byte.
type wire struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func newWire(t *testing.T, c net.Conn) *wire {
	c.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { c.Close() })
	return &wire{Conn: c, t: t, r: bufio.NewReader(c)}
}

// send writes lines as they are, with \n made \r\n.
func (w *wire) send(text string) {
	w.t.Helper()
	if _, err := io.WriteString(w, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		w.t.Fatalf("send: %v", err)
	}
}

// head reads up to an empty line, and returns the lines with \n.
func (w *wire) head() string {
	w.t.Helper()
	var head strings.Builder
	for {
		line, err := w.r.ReadString('\n')
		if err != nil {
			w.t.Fatalf("head: %v after %q", err, head.String()+line)
		}
		line = strings.TrimSuffix(line, "\r\n") + "\n"
		if line == "\n" {
			return head.String()
		}
		head.WriteString(line)
	}
}

// want reads as many bytes as text has (\n is \r\n), which must be those.
func (w *wire) want(text string) {
	w.t.Helper()
	text = strings.ReplaceAll(text, "\n", "\r\n")
	got := make([]byte, len(text))
	n, err := io.ReadFull(w.r, got)
	if err != nil || string(got) != text {
		w.t.Fatalf("got %q, %v; want %q", got[:n], err, text)
	}
}

// rest reads to the end of the connection, and tells whether that was an orderly one.
func (w *wire) rest() (text string, orderly bool) {
	w.t.Helper()
	b, err := io.ReadAll(w.r)
	if ne, ok := errors.AsType[net.Error](err); ok && ne.Timeout() {
		w.t.Fatalf("connection still open after %q", b)
	}
	return string(b), err == nil
}

// reset closes the connection the hard way.
func (w *wire) reset() {
	c := w.Conn
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// wireUpstream is an upstream that a test plays itself.
type wireUpstream struct {
	t     *testing.T
	addr  string
	conns chan net.Conn
}

func newWireUpstream(t *testing.T, config *tls.Config) *wireUpstream {
	ln := listen(t)
	u := &wireUpstream{t: t, addr: ln.Addr().String(), conns: make(chan net.Conn, 64)}
	go func() { // ends with ln
		for {
			c, err := ln.Accept()
			if err != nil {
				close(u.conns)
				return
			}
			if config != nil {
				c = tls.Server(c, config)
			}
			u.conns <- c
		}
	}()
	return u
}

// accept waits for a connection.
func (u *wireUpstream) accept() *wire {
	u.t.Helper()
	select {
	case c := <-u.conns:
		return newWire(u.t, c)
	case <-time.After(patience):
		u.t.Fatal("no connection to the upstream")
		return nil
	}
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln
}

// dialDoor connects to a door that serves until the test ends.
func dialDoor(t *testing.T, door *Door) *wire {
	t.Helper()
	ln := listen(t)
	served := make(chan error, 1)
	go func() { served <- door.Serve(t.Context(), t.Context(), ln) }()
	t.Cleanup(func() { <-served })
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return newWire(t, conn)
}
