package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// crashCall is one request of a crashLoad, and all that is known of it.
type crashCall struct {
	id           string // in the query, unique in its recording
	round        int    // which recorder it was sent to, from 0
	method, path string
	up, down     content
	status       int
	chunked      bool // up is sent without its length
	held         bool // has no end: it is in flight when the recorder is killed

	arrived atomic.Int64 // when its head was with the upstream, in nanoseconds of the load's clock; 0 if never
	ended   atomic.Int64 // when the client had the whole right answer; 0 if never
}

func (c *crashCall) target() string { return c.path + "?crash=" + c.id }

// The kinds of calls, in the proportions of a runner's.
func pollCall(r *rand.Rand, c *crashCall) {
	c.method, c.path = http.MethodPost, "/api/v4/jobs/request"
	c.up = content{before: fmt.Sprintf(`{"info":{"name":"crash"},"last_update":"%s"}`, c.id)}
	if c.status = http.StatusNoContent; r.IntN(4) == 0 {
		c.status = http.StatusCreated
		c.down = content{before: `{"id":1001,"note":"`, after: `"}`, seed: seedOf(c.id), size: r.IntN(8 << 10), text: true}
	}
}

func heldPollCall(r *rand.Rand, c *crashCall) {
	pollCall(r, c)
	c.held = true
}

func traceCall(r *rand.Rand, c *crashCall) {
	c.method, c.path, c.status = http.MethodPatch, "/api/v4/jobs/1001/trace", http.StatusAccepted
	c.up = content{seed: seedOf(c.id), size: 1 + r.IntN(64<<10), text: true}
	c.down = content{before: "202\n"}
}

func uploadCall(r *rand.Rand, c *crashCall) {
	c.method, c.path, c.status = http.MethodPost, "/api/v4/jobs/1001/artifacts", http.StatusCreated
	c.up = content{
		before: "--crash\r\nContent-Disposition: form-data; name=\"file\"; filename=\"artifacts.zip\"\r\n\r\n", after: "\r\n--crash--\r\n",
		seed: seedOf(c.id), size: 1<<20 + r.IntN(2<<20),
	}
	c.chunked = true
	c.down = content{before: `{"message":"201 Created"}`}
}

func heldUploadCall(r *rand.Rand, c *crashCall) {
	uploadCall(r, c)
	c.held = true
}

func downloadCall(r *rand.Rand, c *crashCall) {
	c.method, c.path, c.status = http.MethodGet, "/api/v4/jobs/1001/artifacts", http.StatusOK
	c.down = content{seed: seedOf(c.id), size: 1<<20 + r.IntN(2<<20)}
}

// request is the call as an HTTP request to base. What is held ends with ctx.
func (c *crashCall) request(ctx context.Context, base string) (*http.Request, error) {
	var body io.Reader
	if up := c.up.bytes(); len(up) > 0 {
		body = bytes.NewReader(up)
	}
	switch {
	case c.held && c.chunked:
		never, end := io.Pipe()
		context.AfterFunc(ctx, func() { end.CloseWithError(ctx.Err()) }) // the transport waits for it
		body = io.MultiReader(body, never)
	case c.chunked:
		body = io.MultiReader(body) // whose length nobody knows
	}
	req, err := http.NewRequestWithContext(ctx, c.method, base+c.target(), body)
	if err != nil {
		return nil, err
	}
	switch {
	case c.chunked:
		req.Header.Set("Content-Type", "multipart/form-data; boundary=crash")
	case c.method == http.MethodPost:
		req.Header.Set("Content-Type", "application/json")
	case c.method == http.MethodPatch:
		req.Header.Set("Content-Type", "text/plain")
		req.Header.Set("Content-Range", fmt.Sprintf("0-%d", req.ContentLength-1))
	}
	return req, nil
}

// content is known bytes, which are made anew wherever they are needed.
type content struct {
	before, after string
	seed          [32]byte
	size          int // of what is between before and after
	text          bool
}

func seedOf(id string) [32]byte { return sha256.Sum256([]byte(id)) }

// bytes makes text as compressible as a job's log, or what cannot be compressed.
func (c content) bytes() []byte {
	b := make([]byte, 0, len(c.before)+c.size+len(c.after)+32)
	b = append(b, c.before...)
	r := rand.NewChaCha8(c.seed)
	if end := len(b) + c.size; c.text {
		for len(b) < end {
			b = fmt.Appendf(b, "step %d of the build, ", r.Uint64()%1e6)
		}
		b = b[:end]
	} else {
		b = b[:end]
		r.Read(b[len(c.before):])
	}
	return append(b, c.after...)
}

// clock is nanoseconds since a test began, never 0.
type clock struct{ began time.Time }

func (c clock) now() int64 { return int64(time.Since(c.began)) + 1 }
