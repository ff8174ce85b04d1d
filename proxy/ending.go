package proxy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"runnertape"
)

const (
	// uploadGrace is how long a client may go on sending its request after it was
	// answered. A connection closed at once would be reset, and with it the answer.
	uploadGrace = 500 * time.Millisecond
	// past is a deadline that breaks a read off.
	past = -time.Second
)

// errStopped is the cause of the door's context when it is cut.
var errStopped = errors.New("the recorder was stopped")

// ending is how an exchange ended: the zero value is well.
type ending struct {
	err  error           // what broke it off
	side runnertape.Side // whose connection broke
	at   int64           // body bytes that had passed in that direction
}

// failedBefore ends an exchange that was never answered.
func (e *exchanging) failedBefore(err error) bool {
	if !e.clientGone() && !e.got {
		e.unreachable(err)
		return true
	}
	return e.end(ending{err, runnertape.ResponseSide, 0}, nil)
}

// clientGone tells whether the client ended the exchange. Its context also ends
// when its upload is broken off.
func (e *exchanging) clientGone() bool { return e.r.Context().Err() != nil && !e.lost.Load() }

// end notes how the exchange ended and puts it for good. It tells whether it
// ended well. resp is the upstream's response, nil if there was none.
func (e *exchanging) end(how ending, resp *http.Response) bool {
	gone := e.clientGone() // before endRequest, which may end the context
	got, bodyErr := e.endRequest(how.err == nil)
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
		x.Failure = e.failure(how, gone, got, bodyErr)
	}
	e.rec.queue.put(x)
	return how.err == nil
}

// endRequest stops reading the request. A client that is still sending gets what
// net/http holds back of the answer, which it may be waiting for.
func (e *exchanging) endRequest(well bool) (got int64, err error) {
	if !e.body.coming() {
		e.body.stop()
		return e.body.end()
	}
	grace := past
	client := http.NewResponseController(e.w)
	if well {
		client.Flush()
		if !e.body.uninvited() {
			grace = uploadGrace
		}
	}
	e.body.stop()
	client.SetReadDeadline(time.Now().Add(grace))
	return e.body.end()
}

// failure tells who went first. When the client goes, the Transport reports
// that as an error of its own.
func (e *exchanging) failure(how ending, gone bool, got int64, bodyErr error) *runnertape.Failure {
	f := &runnertape.Failure{Side: how.side, Text: shortError(how.err), Byte: how.at}
	switch {
	case errors.Is(context.Cause(e.r.Context()), errStopped), how.err == errStopped:
		f.Side, f.Text = runnertape.RequestSide, errStopped.Error()
	case f.Side == runnertape.RequestSide:
	case bodyErr != nil && bodyErr != io.EOF && bodyErr != errClosed:
		f.Side, f.Text, f.Byte = runnertape.RequestSide, shortError(bodyErr), got
	case gone:
		f.Side, f.Text = runnertape.RequestSide, "the client closed its connection"
	}
	return f
}
