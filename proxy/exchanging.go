package proxy

import (
	"net/http"
	"time"

	"runnertape"
	"runnertape/proxy/http1"
)

// exchanging is one exchange under way. The client's goroutine passes the
// request on, that of the link the response; the exchange is over when both are.
type exchanging struct {
	pair   *pair
	id     uint64 // 0 if it is not recorded
	method string
	host   string // Host that the client sent

	rewrite bool // the body of the answer is to be rewritten; set before there is a link

	// guarded by pair.mu
	x            *runnertape.Exchange // nil if it is not recorded
	link         *link                // nil until there is one
	requested    int64                // content bytes of the request passed on
	sent         int64                // content bytes of the response passed on
	upgraded     bool                 // a 101 has made it a connection
	answered     bool                 // the last bytes of the response are on their way to the client
	requestOver  bool
	responseOver bool
	over         bool // both are, and the exchange is being put for good
	failure      *runnertape.Failure
}

// exchange is what is known of an exchange from its request's head; nil if it
// is not to be recorded.
func (p *pair) exchange(head *http1.Request, body runnertape.Body, t target) *runnertape.Exchange {
	if t.unread {
		p.rec.sayUnread(t.address())
		p.rec.tunnels.add(t.address(), TunnelCount{Requests: 1})
		return nil
	}
	return &runnertape.Exchange{
		State:  runnertape.InFlight,
		Way:    p.via.way(head),
		Conn:   p.via.number,
		Client: p.via.client,
		Scheme: t.scheme,
		Host:   t.host,
		Request: runnertape.Request{
			Method: head.Method,
			Target: t.uri,
			Proto:  head.Proto,
			Header: head.Header,
			Body:   body,
		},
	}
}

// begin numbers the exchange and puts it for the first time. It is false if
// nothing may begin any more.
func (p *pair) begin(e *exchanging, x *runnertape.Exchange) bool {
	rec := p.rec
	if rec.queue.broken.Load() || !rec.inFlight.enter() {
		return false // what cannot be recorded is not answered
	}
	e.x = x
	if !p.occupy(e) {
		rec.inFlight.leave()
		return false
	}
	if x == nil {
		return true
	}
	rec.beginning.Lock()
	defer rec.beginning.Unlock()
	x.ID = rec.lastID.Add(1)
	x.Started = time.Now().UTC()
	e.id = x.ID
	rec.queue.put(snapshot(x))
	return true
}

// occupy makes e the exchange under way. It is false if p is closed.
func (p *pair) occupy(e *exchanging) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.current = e
	}
	return !p.closed
}

// interim notes a 1xx response.
func (e *exchanging) interim(r *http1.Response) {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	if e.x != nil {
		e.x.Interim = append(e.x.Interim, runnertape.Interim{Status: r.Status, Header: r.Header})
	}
}

// replied notes the response's head. The queue may wait for the disk: no lock is
// held then.
func (e *exchanging) replied(r *runnertape.Response) {
	if x := e.noteReply(r); x != nil {
		e.pair.rec.follow(x)
		e.pair.rec.queue.put(x)
	}
	if r.Status != http.StatusSwitchingProtocols {
		return
	}
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	e.upgraded, e.requestOver = true, false
	e.pair.rec.inFlight.leave() // drained, nobody waits for a connection
	e.pair.change.Broadcast()
}

func (e *exchanging) noteReply(r *runnertape.Response) *runnertape.Exchange {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	if e.failure == nil && e.pair.blamed != nil {
		// It may have closed its half only, and be listening; who waits for a job does not.
		e.failure = &runnertape.Failure{Side: runnertape.RequestSide, Text: "the client closed its connection, or its half of it, before it was answered"}
	}
	if e.x == nil {
		return nil
	}
	if r.Status == http.StatusSwitchingProtocols {
		e.x.Request.Body.Framing = runnertape.ToClose
	}
	e.x.Replied = time.Now().UTC()
	e.x.Response = r
	return snapshot(e.x)
}

// answer notes that the last bytes of the response are about to be passed on.
func (e *exchanging) answer() {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	e.answered = true
}

// unreadable notes that the end of the request cannot be told.
func (e *exchanging) unreadable(err error) {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	e.failure = &runnertape.Failure{Side: runnertape.RequestSide, Text: "the request is not HTTP/1.x: " + err.Error(), Byte: e.requested}
}

// passed counts content that was passed on.
func (e *exchanging) passed(side runnertape.Side, n int) {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	if side == runnertape.RequestSide {
		e.requested += int64(n)
	} else {
		e.sent += int64(n)
	}
}
