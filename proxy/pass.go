package proxy

import (
	"errors"
	"io"
	"net/http"
	"sync"

	"runnertape"
)

var copyBuffers = sync.Pool{New: func() any { b := make([]byte, maxBuffer); return &b }}

// errClient says that a write to the client failed.
type errClient struct{ error }

// Unwrap implements errors' protocol.
func (e errClient) Unwrap() error { return e.error }

// pass gives the client the upstream's answer as it comes. sent is the body bytes that
// passed; err is what broke it off, and side whose connection that was.
func (e *exchanging) pass(resp *http.Response) (sent int64, side runnertape.Side, err error) {
	body := io.Reader(resp.Body)
	rewritten, err := e.rewrite(resp)
	if err != nil {
		return 0, runnertape.ResponseSide, err
	}
	record := e.record(runnertape.ResponseSide)
	if rewritten != nil {
		body, record = rewritten, func([]byte) {} // what GitLab sent is recorded already
	}
	header := e.w.Header()
	for name, values := range endToEnd(resp.Header) {
		header[name] = values
	}
	for _, name := range []string{"Date", "Content-Type"} {
		if _, ok := header[name]; !ok {
			header[name] = nil // or net/http adds its own
		}
	}
	for name := range resp.Trailer {
		header.Add("Trailer", name)
	}
	e.w.WriteHeader(resp.StatusCode)
	if resp.ContentLength != 0 {
		if err := http.NewResponseController(e.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return 0, runnertape.RequestSide, err
		}
	}
	sent, err = e.copyBody(body, resp.ContentLength, record)
	for name, values := range resp.Trailer {
		header[http.TrailerPrefix+name] = values
	}
	if c := (errClient{}); errors.As(err, &c) {
		return sent, runnertape.RequestSide, err
	}
	return sent, runnertape.ResponseSide, err
}

// copyBody copies piece by piece. Each piece is recorded before the client has
// it, and flushed unless the next one is sure to follow at once.
func (e *exchanging) copyBody(body io.Reader, length int64, record func([]byte)) (sent int64, err error) {
	flush := http.NewResponseController(e.w).Flush
	buf := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buf)
	for {
		n, err := body.Read(*buf)
		if n > 0 {
			p := (*buf)[:n]
			record(p)
			if _, err := e.w.Write(p); err != nil {
				return sent, errClient{err}
			}
			sent += int64(n)
			if n < len(*buf) && sent != length {
				if err := flush(); err != nil {
					return sent, errClient{err}
				}
			}
		}
		if err == io.EOF {
			return sent, nil
		}
		if err != nil {
			flush() // the client gets what there was, and then the break
			return sent, err
		}
	}
}
