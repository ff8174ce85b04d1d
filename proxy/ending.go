package proxy

import (
	"io"
	"net/http"
	"time"

	"runnertape"
)

// ending is how an exchange ended: the zero value is well.
type ending struct {
	err  error           // what broke it off
	side runnertape.Side // whose connection broke
	at   int64           // body bytes that had passed in that direction
}

// failedBefore ends an exchange that was never answered.
func (e *exchanging) failedBefore(err error) bool {
	if e.r.Context().Err() == nil && !e.got {
		e.unreachable(err)
		return true
	}
	return e.end(ending{err, runnertape.ResponseSide, 0}, nil)
}

// unreachable answers for an upstream that could not be asked at all. Nothing was
// sent, so that a runner which tries again does no harm.
func (e *exchanging) unreachable(err error) {
	e.rec.down.lost(e.rec.config.Logger, e.target.address(), err)
	text := "runnertape: cannot reach " + e.target.address() + ": " + shortError(err) + "\n"
	h := e.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if e.x != nil {
		e.x.Replied = time.Now().UTC()
		e.x.Response = &runnertape.Response{
			Status: http.StatusBadGateway, Reason: http.StatusText(http.StatusBadGateway), Proto: "HTTP/1.1",
			Header: runnertape.HeaderOf(h), Ours: true,
			Body: runnertape.Body{Framing: runnertape.Length, Declared: int64(len(text))},
		}
	}
	e.record(runnertape.ResponseSide)([]byte(text))
	e.w.WriteHeader(http.StatusBadGateway)
	io.WriteString(e.w, text)
	e.end(ending{err, runnertape.ResponseSide, 0}, nil)
}

// end notes how the exchange ended and puts it for good. It tells whether it
// ended well. resp is the upstream's response, nil if there was none.
func (e *exchanging) end(how ending, resp *http.Response) bool {
	if e.body.open() { // the client is still sending; it may be waiting for what net/http holds back
		http.NewResponseController(e.w).Flush()
	}
	got, bodyErr := e.body.end()
	if e.x == nil {
		return how.err == nil
	}
	x := e.x
	x.Ended = time.Now().UTC()
	x.State = runnertape.Done
	x.Request.Trailer = runnertape.HeaderOf(e.r.Trailer)
	b := &x.Request.Body
	b.Bytes = got
	b.Truncated = bodyErr != io.EOF && b.Framing == runnertape.Chunked || b.Framing == runnertape.Length && got != b.Declared
	if x.Response != nil {
		x.Response.Body.Bytes = e.received
		x.Response.Body.Truncated = how.err != nil && !x.Response.Ours
		if resp != nil {
			x.Response.Trailer = runnertape.HeaderOf(resp.Trailer)
		}
	}
	if how.err != nil {
		x.Failure = e.failure(how, got, bodyErr)
	}
	e.rec.queue.put(x)
	return how.err == nil
}

// failure tells who went first. When the client goes, the Transport reports
// that as an error of its own.
func (e *exchanging) failure(how ending, got int64, bodyErr error) *runnertape.Failure {
	f := &runnertape.Failure{Side: how.side, Text: shortError(how.err), Byte: how.at}
	if f.Side == runnertape.RequestSide {
		return f
	}
	switch {
	case bodyErr != nil && bodyErr != io.EOF && bodyErr != errClosed:
		f.Side, f.Text, f.Byte = runnertape.RequestSide, shortError(bodyErr), got
	case e.r.Context().Err() != nil:
		f.Side, f.Text = runnertape.RequestSide, "the client closed its connection"
	}
	return f
}
