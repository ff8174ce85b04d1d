package proxy

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"runnertape"
)

// exchanging is one exchange under way.
type exchanging struct {
	rec    *Recorder
	w      http.ResponseWriter
	r      *http.Request
	target target
	x      *runnertape.Exchange // nil if it is not recorded
	body   *requestTee
	dialed bool // a connection to the upstream was asked for
	got    bool // and had

	unwatch  func()      // ends the watch over that connection
	lost     atomic.Bool // it ended, and the upload was broken off for it
	received int64       // body bytes of the response that came from the upstream

	interimMu sync.Mutex
	replied   bool // guarded by interimMu: RoundTrip has returned, so that 1xx responses are not passed on any more
}

// run asks the upstream and passes its answer on. It is false if the client's
// connection must be broken.
func (e *exchanging) run() bool {
	// An answer may begin before the request is over; without this net/http
	// would read the rest of the request first.
	http.NewResponseController(e.w).EnableFullDuplex()
	resp, err := e.rec.transport.RoundTrip(e.outgoing())
	e.unwatch()
	e.endInterim()
	if err != nil {
		return e.failedBefore(err)
	}
	defer resp.Body.Close()
	e.rec.down.found(e.rec.config.Logger, e.target.address())
	e.noteHead(resp)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return e.upgrade(resp)
	}
	return e.end(e.pass(resp), resp)
}

// record is the function that takes the bytes of one body that pass.
func (e *exchanging) record(side runnertape.Side) func(p []byte) {
	return func(p []byte) {
		if side == runnertape.ResponseSide {
			e.received += int64(len(p))
		}
		if e.x != nil {
			e.rec.queue.write(e.x.ID, side, p)
		}
	}
}

// noteHead notes the response's head.
func (e *exchanging) noteHead(resp *http.Response) {
	if e.x == nil {
		return
	}
	e.x.Replied = time.Now().UTC()
	e.x.Response = &runnertape.Response{
		Status: resp.StatusCode,
		Reason: reasonOf(resp),
		Proto:  resp.Proto,
		Header: recordedHeader("", resp.Header, resp.Trailer),
		Body:   responseFraming(e.r.Method, resp),
	}
	e.rec.follow(e.x)
	e.rec.queue.put(snapshot(e.x))
}
