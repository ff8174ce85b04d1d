package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"runnertape/fixtures/planted"
)

// proofWay is one way from the clients of a planted session to its GitLab.
type proofWay struct {
	name  string
	tls   bool // by CONNECT
	proxy bool // by HTTP_PROXY
}

// proofPeers are both ends of a planted session. One goroutine says each byte, and sees it arrive
// before the next is said: every cut is where the session has it.
type proofPeers struct {
	t         *testing.T
	session   *planted.Session
	way       proofWay
	recorder  string                  // its address
	roots     *x509.CertPool          // that clients trust
	upstreams map[string]net.Listener // by host
	idle      map[string][]*proofPair // connections that wait for the next request, by host
	next      int                     // of the session's exchanges
	after     func(said int)          // called when an exchange has ended, with how many have begun
	stopped   bool                    // nothing more is said
}

// proofPair are a client's connection and the upstream's that goes with it.
type proofPair struct{ client, server net.Conn }

func (p *proofPair) close() {
	p.client.Close()
	if p.server != nil {
		p.server.Close()
	}
}

// play says the session up to its n-th exchange.
func (p *proofPeers) play(n int) {
	p.t.Helper()
	for p.next < min(n, len(p.session.Exchanges)) && !p.stopped {
		x := p.session.Exchanges[p.next]
		p.next++
		p.say(x)
		if p.after != nil {
			p.after(p.next)
		}
	}
}

// say says one exchange.
func (p *proofPeers) say(x *planted.Exchange) {
	p.t.Helper()
	c := p.pair(x.Host)
	defer func() { // a panic of Fatalf ends up here too
		if c != nil {
			c.close()
		}
	}()
	p.request(c, x)
	m := &x.Request
	if !p.pass(x, c.client, c.server, m, 0, len(m.Cuts)/2) {
		return
	}
	p.play(p.next + x.Held)
	if p.stopped || !p.pass(x, c.client, c.server, m, len(m.Cuts)/2, len(m.Cuts)) {
		return
	}
	m = &x.Response
	if m.Status == 0 {
		p.breakOff(x, c.server, c.client, m.Break)
		return
	}
	p.write(x, c.server, x.Answer())
	p.want(x, c.client, x.Answer())
	if !p.pass(x, c.server, c.client, m, 0, len(m.Cuts)) {
		return
	}
	if m.Framing == planted.ToClose {
		p.breakOff(x, c.server, c.client, planted.Closed)
		return
	}
	p.idle[x.Host] = append(p.idle[x.Host], c)
	c = nil
}

// pass says the pieces of a body from one to another. It is false if it broke off.
func (p *proofPeers) pass(x *planted.Exchange, from, to net.Conn, m *planted.Message, first, last int) bool {
	p.t.Helper()
	body, at := m.Body(), 0
	if first > 0 {
		at = m.Cuts[first-1]
	}
	for _, end := range m.Cuts[first:last] {
		if m.Break != planted.Whole {
			end = min(end, max(at, m.BreakAt))
		}
		p.write(x, from, body[at:end])
		p.want(x, to, body[at:end])
		at = end
	}
	if m.Break != planted.Whole && last == len(m.Cuts) {
		p.breakOff(x, from, to, m.Break)
		return false
	}
	return true
}

// request says the head of a request, and sees it arrive.
func (p *proofPeers) request(c *proofPair, x *planted.Exchange) {
	p.t.Helper()
	head := x.Head(x.Target, x.Host)
	if p.way.proxy {
		head = x.Head("http://"+x.Userinfo+x.Host+x.Target, x.Host, planted.Field{Name: "Proxy-Authorization", Value: p.session.Proxy})
	}
	for half := range 2 {
		p.write(x, c.client, head[half*len(head)/2:(half+1)*len(head)/2])
	}
	if c.server == nil {
		ln := p.upstreams[x.Host]
		ln.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
		server, err := ln.Accept()
		if err != nil {
			p.t.Fatalf("%s: no connection to %s: %v", x.Name, x.Host, err)
		}
		if p.way.tls {
			server = tls.Server(server, proofTLS())
		}
		server.SetDeadline(time.Now().Add(patience))
		c.server = server
	}
	p.want(x, c.server, x.Head(x.Target, x.Host))
}

// pair is a connection to a host, new or not.
func (p *proofPeers) pair(host string) *proofPair {
	p.t.Helper()
	if idle := p.idle[host]; len(idle) > 0 {
		p.idle[host] = idle[:len(idle)-1]
		return idle[len(idle)-1]
	}
	client, err := net.Dial("tcp", p.recorder)
	mustDo(p.t, err)
	client.SetDeadline(time.Now().Add(patience))
	if p.way.tls {
		fmt.Fprintf(client, "CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\nProxy-Authorization: %s\r\n\r\n", host, host, p.session.Proxy)
		var answer []byte
		for one := make([]byte, 1); !bytes.HasSuffix(answer, []byte("\r\n\r\n")); answer = append(answer, one...) {
			if _, err := io.ReadFull(client, one); err != nil {
				p.t.Fatalf("CONNECT: %v after %q", err, answer)
			}
		}
		client = tls.Client(client, &tls.Config{ServerName: host, RootCAs: p.roots})
	}
	return &proofPair{client: client}
}

func (p *proofPeers) write(x *planted.Exchange, to net.Conn, b []byte) {
	p.t.Helper()
	if _, err := to.Write(b); err != nil {
		p.t.Fatalf("%s %s: write: %v", x.Name, x.Target, err)
	}
}

// want sees that b, and nothing else, arrives.
func (p *proofPeers) want(x *planted.Exchange, from net.Conn, b []byte) {
	p.t.Helper()
	got := make([]byte, len(b))
	if n, err := io.ReadFull(from, got); err != nil || !bytes.Equal(got, b) {
		p.t.Fatalf("seed %d, %s %s: a peer got\n%q, %v; what was said is\n%q", p.session.Seed, x.Name, x.Target, got[:n], err, b)
	}
}

// breakOff ends a connection, and sees the other side end.
func (p *proofPeers) breakOff(x *planted.Exchange, from, to net.Conn, how planted.Break) {
	p.t.Helper()
	if how == planted.Reset {
		c := from
		if t, ok := c.(*tls.Conn); ok {
			c = t.NetConn()
		}
		c.(*net.TCPConn).SetLinger(0)
	}
	from.Close()
	got, err := io.ReadAll(to)
	if e, ok := err.(net.Error); ok && e.Timeout() || len(got) > 0 {
		p.t.Fatalf("%s %s: broken off, and the other side has %q, %v", x.Name, x.Target, got, err)
	}
}

// sayWrong says what gets no further than to the recorder.
func (p *proofPeers) sayWrong() {
	p.t.Helper()
	for _, text := range p.session.Wrong {
		c, err := net.Dial("tcp", p.recorder)
		mustDo(p.t, err)
		c.SetDeadline(time.Now().Add(patience))
		c.Write(text)
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c) // whatever it is told
		c.Close()
	}
}

func (p *proofPeers) close() {
	for _, pairs := range p.idle {
		for _, c := range pairs {
			c.close()
		}
	}
	for _, ln := range p.upstreams {
		ln.Close()
	}
}
