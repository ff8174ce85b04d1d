package proxy

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"sync"

	"runnertape"
)

var copyBuffers = sync.Pool{New: func() any { b := make([]byte, maxBuffer); return &b }}

// pass gives the client the upstream's answer as it comes.
func (e *exchanging) pass(resp *http.Response) ending {
	body := io.Reader(resp.Body)
	record := e.record(runnertape.ResponseSide)
	rewritten, err := e.rewrite(resp)
	switch {
	case err != nil:
		return ending{err, runnertape.ResponseSide, e.received}
	case rewritten != nil:
		body, record = rewritten, func([]byte) {} // what GitLab sent is recorded already
	}
	header := e.w.Header()
	maps.Copy(header, endToEnd(resp.Header))
	for _, name := range []string{"Date", "Content-Type"} {
		if _, ok := header[name]; !ok {
			header[name] = nil // or net/http adds its own
		}
	}
	if names := trailerNames(resp.Trailer); names != "" {
		header.Set("Trailer", names)
	}
	e.writeHead(resp.StatusCode)
	if resp.ContentLength != 0 {
		if err := e.flush(); err != nil {
			return ending{err, runnertape.RequestSide, 0}
		}
	}
	how := e.copyBody(body, resp.ContentLength, record)
	for name, values := range resp.Trailer {
		header[http.TrailerPrefix+name] = values
	}
	return how
}

// writeHead writes the response's head. If the request is not over by then, the
// connection is closed after the response, because the rest would be taken for another request.
func (e *exchanging) writeHead(status int) {
	if e.body.coming() {
		e.w.Header().Set("Connection", "close")
	}
	e.w.WriteHeader(status)
}

func (e *exchanging) flush() error {
	err := http.NewResponseController(e.w).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// copyBody copies piece by piece. Each piece is recorded before the client has
// it. It is flushed unless it fills the buffer, when net/http has sent it already but
// for the end of its chunk, or is the last, which the end of the handler flushes.
func (e *exchanging) copyBody(body io.Reader, length int64, record func([]byte)) ending {
	buf := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buf)
	var sent int64
	for {
		n, err := body.Read(*buf)
		if n > 0 {
			p := (*buf)[:n]
			record(p)
			_, err := e.w.Write(p)
			if err == nil && n < len(*buf) && sent+int64(n) != length {
				err = e.flush()
			}
			if err != nil {
				return ending{err, runnertape.RequestSide, sent}
			}
			sent += int64(n)
		}
		if err == io.EOF {
			return ending{}
		}
		if err != nil {
			e.flush() // the client gets what there was, and then the break
			return ending{err, runnertape.ResponseSide, sent}
		}
	}
}
