package proxy

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// errClosed ends reads of a request body after its exchange has ended.
var errClosed = errors.New("exchange has ended")

// requestTee is a request body that copies what is read of it into the queue.
//
// After the first end or error the body is not touched again. net/http closes
// the inbound body when a fast response's head is written, while the Transport
// is still asking whether there is more; that question must not reach it, or the
// Transport takes the closed body for a failure and drops the connection (golang/go#40747).
type requestTee struct {
	body       io.ReadCloser
	declared   int64          // Content-Length, or -1
	record     func(p []byte) // takes what was read
	atEnd      func()         // called when the body has been read to its end, trailers and all
	invitation *invitation    // nil if the client did not ask for one

	bytes    atomic.Int64
	asked    atomic.Bool   // the Transport has begun to read
	unwanted atomic.Bool   // the connection it reads for has ended
	over     atomic.Bool   // the body was read to its end, or to an error
	ended    chan struct{} // closed by stop
	once     sync.Once     // closes ended

	mu  sync.Mutex // held while reading
	err error      // guarded by mu: io.EOF at the end, or what the client's connection said
}

func newRequestTee(r *http.Request, record func([]byte), atEnd func()) *requestTee {
	t := &requestTee{body: r.Body, declared: r.ContentLength, record: record, atEnd: atEnd, ended: make(chan struct{})}
	if r.Header.Get("Expect") != "" && r.ProtoAtLeast(1, 1) && r.ContentLength != 0 {
		t.invitation = newInvitation() // net/http answers other expectations with 417 itself
	}
	return t
}

// Read implements io.Reader.
func (t *requestTee) Read(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asked.Store(true) // before unwanted is looked at: upstreamLost does it the other way round
	if t.err == nil && (t.unwanted.Load() || !t.invited()) {
		t.err = errClosed
	}
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.body.Read(p)
	if n > 0 {
		t.bytes.Add(int64(n))
		t.record(p[:n])
	}
	if err == nil {
		return n, nil
	}
	switch {
	case err == io.EOF:
		t.atEnd()
		t.over.Store(true)
	case isClosed(t.ended):
		err = errClosed // it was us who ended it
	default:
		t.over.Store(true)
	}
	t.err = err
	return n, err
}

// invited waits until the client is to send its body, if it waits for that itself.
func (t *requestTee) invited() bool {
	return t.bytes.Load() > 0 || t.invitation == nil || t.invitation.wait(t.ended)
}

// add counts and records what passed beside Read: after an upgrade.
func (t *requestTee) add(p []byte) {
	t.bytes.Add(int64(len(p)))
	t.record(p)
}

// Close implements io.Closer. The body itself is closed by the handler.
func (t *requestTee) Close() error { return nil }

// coming tells whether more of the body is to come from the client.
func (t *requestTee) coming() bool {
	return t.declared != 0 && !t.over.Load() && t.bytes.Load() != t.declared
}

// uninvited tells whether the client still waits to be asked for its body.
func (t *requestTee) uninvited() bool { return t.invitation != nil && !t.invitation.extended() }

// stop says that the exchange has ended: what reads say from now on is no news.
func (t *requestTee) stop() { t.once.Do(func() { close(t.ended) }) }

// end closes the tee, after stop and a read under way: nothing is copied after it
// has returned. It tells how much had passed, and how reading ended: io.EOF, errClosed
// if it was not read to its end, or what the client's connection said.
func (t *requestTee) end() (bytes int64, err error) {
	t.body.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = errClosed
	}
	return t.bytes.Load(), t.err
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
