package main

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"hash"
	"io"
	"net"
	"time"
)

// stuck is how long anything may take before it counts as an error.
const stuck = 5 * time.Minute

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
	s := &speaker{host: r.Upstream, job: r.Job + int64(i)*1000}
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
	conn.SetDeadline(time.Now().Add(stuck))
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

// request makes one, and tells whether the connection can be used again.
func (c *caller) request(n int) (stays bool, err error) {
	kind := c.Kind
	if kind == mixture {
		kind = patches
		if n%4 == 0 {
			kind = polls
		}
		if n%20 == 0 {
			c.speaker.nextJob()
		}
	}
	switch kind {
	case polls:
		return c.ask(204, c.poll, []byte(pollBody), "")
	case patches:
		request, body := c.speaker.appendPatch(c.wire.out[:0], c.Size)
		c.wire.out = request
		return c.ask(202, request, body, patchedBody)
	case uploads:
		return c.upload()
	case downloads:
		return c.download()
	}
	return false, fmt.Errorf("%q: %w", kind, errStrange)
}

// ask sends a request that fits into one write.
func (c *caller) ask(status int, request, body []byte, answer string) (bool, error) {
	if _, err := c.wire.Write(request); err != nil {
		return false, err
	}
	return c.answer(status, answer, func() string { return digest(body) })
}

// answer reads the answer to a request whose body had the digest sent.
func (c *caller) answer(status int, body string, sent func() string) (bool, error) {
	var h head
	if err := c.wire.readHead(&h); err != nil {
		return false, unexpected(err)
	}
	var sum hash.Hash
	var to io.Writer
	if c.Verify {
		sum = sha256.New()
		to = sum
	}
	n, err := c.wire.readBody(&h, to)
	switch {
	case err != nil:
		return false, err
	case h.status != status:
		return false, fmt.Errorf("answered %d, not %d", h.status, status)
	case n != int64(len(body)):
		return false, fmt.Errorf("the answer has %d bytes, not %d", n, len(body))
	case !c.Verify:
		return !h.close, nil
	}
	if err := want(digest([]byte(body)), hexSum(sum)); err != nil {
		return false, err
	}
	return !h.close, want(sent(), h.sha256[:])
}

func (c *caller) upload() (bool, error) {
	var sum hash.Hash
	first := c.speaker.uploadHead() + string(appendChunkHead(nil, len(multipartHead))) + multipartHead + "\r\n"
	if _, err := io.WriteString(c.wire, first); err != nil {
		return false, err
	}
	if c.Verify {
		sum = sha256.New()
		io.WriteString(sum, multipartHead)
	}
	if err := newNoise(c.Size, true).writeTo(c.wire, sum); err != nil {
		return false, err
	}
	last := string(appendChunkHead(nil, len(multipartTail))) + multipartTail + "\r\n0\r\n\r\n"
	if _, err := io.WriteString(c.wire, last); err != nil {
		return false, err
	}
	return c.answer(201, "201", func() string {
		io.WriteString(sum, multipartTail)
		return string(hexSum(sum))
	})
}

func (c *caller) download() (bool, error) {
	if _, err := io.WriteString(c.wire, c.speaker.download(c.Size)); err != nil {
		return false, err
	}
	var h head
	if err := c.wire.readHead(&h); err != nil {
		return false, unexpected(err)
	}
	var sum hash.Hash
	var to io.Writer
	if c.Verify {
		sum = sha256.New()
		to = sum
	}
	n, err := c.wire.readBody(&h, to)
	switch {
	case err != nil:
		return false, err
	case h.status != 200 || n != c.Size:
		return false, fmt.Errorf("answered %d with %d bytes, not 200 with %d", h.status, n, c.Size)
	case !c.Verify:
		return !h.close, nil
	}
	return !h.close, want(downloadDigest(c.Size), hexSum(sum))
}
