package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"time"
)

// stuck is when a request that is made now counts as failed: when bodies go slower than 8 MiB/s.
func (t *task) stuck() time.Time {
	body := time.Duration(t.Size*int64(t.Conns)/(8<<20)) * time.Second
	return time.Now().Add(30*time.Second + body)
}

// caller is one connection of the client at a time, and what is said on it.
type caller struct {
	*round
	speaker   *speaker
	wire      *wire  // nil if there is none
	poll      []byte // the same each time
	latencies []time.Duration
	errors    int64
	wrong     error // the last
}

func newCaller(r *round, i int) *caller {
	s := &speaker{host: r.Upstream, job: r.Job + int64(i)*jobsOfConn}
	if r.Way == forward && r.trust == nil {
		s.base = "http://" + r.Upstream
	}
	if r.Verify {
		s.extra = "X-Bench-Verify: 1\r\n"
	}
	return &caller{round: r, speaker: s, poll: s.appendPoll(nil)}
}

// dial makes a connection; if it cannot, wire stays nil.
func (c *caller) dial() {
	w, err := c.connect()
	if err != nil {
		c.errors++
		c.wrong = err
		return
	}
	c.wire = w
}

func (c *caller) connect() (*wire, error) {
	conn, err := net.Dial("tcp", c.Address)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(c.stuck())
	if c.trust == nil {
		return newWire(conn), nil
	}
	if c.Way == forward {
		w := &wire{Conn: conn, in: newWire(conn).in}
		if _, err := fmt.Fprintf(w, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\nUser-Agent: Go-http-client/1.1\r\n\r\n", c.Upstream); err != nil {
			return nil, err
		}
		var h head
		if err := w.readHead(&h); err != nil {
			return nil, fmt.Errorf("CONNECT: %w", err)
		}
		if h.status != 200 || w.in.Buffered() > 0 {
			return nil, fmt.Errorf("CONNECT was answered %d", h.status)
		}
	}
	secure := tls.Client(conn, c.trust)
	if err := secure.Handshake(); err != nil {
		conn.Close()
		return nil, err
	}
	return newWire(secure), nil
}

func (c *caller) hangUp() {
	if c.wire != nil {
		c.wire.Close()
		c.wire = nil
	}
}

// work makes requests until the round is over.
func (c *caller) work() {
	for n := 0; c.more(); n++ {
		began := time.Now()
		if c.wire == nil {
			if c.dial(); c.wire == nil {
				return
			}
		}
		if n%256 == 0 { // not each time: it costs a lock
			c.wire.SetDeadline(c.stuck())
		}
		stays, err := c.request(n)
		if err != nil {
			c.errors++
			c.wrong = err
		} else {
			c.latencies = append(c.latencies, time.Since(began))
		}
		if err != nil || !stays || c.Fresh {
			c.hangUp()
		}
	}
}
