package proxy

import (
	"cmp"
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

	// guarded by pair.mu
	x            *runnertape.Exchange // nil if it is not recorded
	link         *link                // nil until there is one
	requested    int64                // content bytes of the request passed on
	sent         int64                // content bytes of the response passed on
	upgraded     bool                 // a 101 has made it a connection
	answered     bool                 // the last bytes of the response are on their way to the client
	requestOver  bool
	responseOver bool
	failure      *runnertape.Failure
}

// exchange is what is known of an exchange from its request's head; nil if it
// is not to be recorded.
func (p *pair) exchange(head *http1.Request, body runnertape.Body, t target) *runnertape.Exchange {
	if t.unread {
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		rec.inFlight.leave()
		return false
	}
	p.current = e
	if x == nil {
		return true
	}
	e.x = x
	rec.beginning.Lock()
	defer rec.beginning.Unlock()
	x.ID = rec.lastID.Add(1)
	x.Started = time.Now().UTC()
	e.id = x.ID
	rec.queue.put(snapshot(x))
	return true
}

// interim notes a 1xx response.
func (e *exchanging) interim(r *http1.Response) {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	if e.x != nil {
		e.x.Interim = append(e.x.Interim, runnertape.Interim{Status: r.Status, Header: r.Header})
	}
}

// replied notes the response's head.
func (e *exchanging) replied(r *runnertape.Response) {
	e.pair.mu.Lock()
	defer e.pair.mu.Unlock()
	if r.Status == 101 {
		e.upgraded, e.requestOver = true, false
		e.pair.rec.inFlight.leave() // drained, nobody waits for a connection
		e.pair.change.Broadcast()
	}
	if e.failure == nil && e.pair.blamed != nil {
		// It may have closed its half only, and be listening; who waits for a job does not.
		e.failure = &runnertape.Failure{Side: runnertape.RequestSide, Text: "the client closed its connection, or its half of it, before it was answered"}
	}
	if e.x == nil {
		return
	}
	if e.upgraded {
		e.x.Request.Body.Framing = runnertape.ToClose
	}
	e.x.Replied = time.Now().UTC()
	e.x.Response = r
	e.pair.rec.follow(e.x)
	e.pair.rec.queue.put(snapshot(e.x))
}

// endRequest notes that no more of the current request will be passed on. It is
// truncated if that was not its end.
func (p *pair) endRequest(trailer runnertape.Header, truncated bool) {
	p.ending(func(e *exchanging) {
		if e.upgraded {
			return // the request is over, but what the client sends is not
		}
		if e.x != nil {
			e.x.Request.Trailer = trailer
			e.x.Request.Body.Truncated = truncated
		}
		if truncated && !e.answered { // then it need not go on
			e.failure = cmp.Or(e.failure, p.blamed)
		}
		e.requestOver = true
	})
}

// endUpgraded notes that no more will be passed on to the upstream after a 101.
func (p *pair) endUpgraded() {
	p.ending(func(e *exchanging) { e.requestOver = e.requestOver || e.upgraded })
}

// endResponse notes that no more of the response will be passed on. The failure
// says why, if that was not its end; if another went before, that was the reason.
func (e *exchanging) endResponse(trailer runnertape.Header, failure *runnertape.Failure) {
	e.pair.ending(func(current *exchanging) {
		if e != current || e.responseOver {
			return
		}
		if failure != nil {
			if e.failure = failure; e.pair.blamed != nil {
				e.failure = e.pair.blamed
			}
		}
		if e.x != nil && e.x.Response != nil {
			e.x.Response.Trailer = trailer
			e.x.Response.Body.Truncated = failure != nil && !e.x.Response.Ours
		}
		e.answered, e.responseOver = true, true
	})
}

// ending lets note say what of the current exchange is over, and puts it for good
// when both sides are.
func (p *pair) ending(note func(*exchanging)) {
	if p.noteEnding(note) && p.rec.draining.Load() {
		p.close()
	}
}

func (p *pair) noteEnding(note func(*exchanging)) (over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.current
	if e == nil {
		return false
	}
	note(e)
	if !e.requestOver || !e.responseOver {
		return false
	}
	p.current = nil
	p.change.Broadcast()
	if x := e.x; x != nil {
		x.Ended = time.Now().UTC()
		x.State = runnertape.Done
		x.Failure = e.failure
		x.Request.Body.Bytes = e.requested
		if x.Response != nil {
			x.Response.Body.Bytes = e.sent
		}
		p.rec.queue.put(snapshot(x)) // the link may still look at x
	}
	if !e.upgraded {
		p.rec.inFlight.leave()
	}
	return true
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
