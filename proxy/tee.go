package proxy

import (
	"errors"
	"io"
	"net/http"
	"sync"
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
	body   io.ReadCloser
	record func(p []byte) // takes what was read

	mu sync.Mutex
	// guarded by mu
	bytes int64
	err   error // io.EOF at the end, or what the client's connection said
}

// Read implements io.Reader.
func (t *requestTee) Read(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return 0, t.err
	}
	n, err := t.body.Read(p)
	if n > 0 {
		t.bytes += int64(n)
		t.record(p[:n])
	}
	t.err = err
	return n, err
}

// add counts and records what passed beside Read: after an upgrade.
func (t *requestTee) add(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bytes += int64(len(p))
	t.record(p)
}

// Close implements io.Closer. The body itself is closed by the handler.
func (t *requestTee) Close() error { return nil }

// open tells whether the body may go on.
func (t *requestTee) open() bool {
	if t.body == http.NoBody || !t.mu.TryLock() {
		return t.body != http.NoBody // locked: somebody is reading it
	}
	defer t.mu.Unlock()
	return t.err == nil
}

// end stops the tee: nothing is copied after it has returned. It tells how much
// had passed, and how reading ended: io.EOF, errClosed if it was not read to its
// end, or what the client's connection said.
func (t *requestTee) end() (bytes int64, err error) {
	t.body.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = errClosed
	}
	return t.bytes, t.err
}
