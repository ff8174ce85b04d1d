package proxy

import (
	"cmp"
	"time"

	"runnertape"
)

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
// when both sides are. Only then the next can begin.
func (p *pair) ending(note func(*exchanging)) {
	e := p.noteEnding(note)
	if e == nil {
		return
	}
	if e.x != nil {
		p.rec.queue.put(snapshot(e.x)) // the link may still look at x
	}
	p.mu.Lock()
	p.current = nil
	p.change.Broadcast()
	p.mu.Unlock()
	if p.rec.draining.Load() {
		p.close() // before the others are stopped, so that it is in order
	}
	if !e.upgraded {
		p.rec.inFlight.leave()
	}
}

// noteEnding returns the exchange if it is over now.
func (p *pair) noteEnding(note func(*exchanging)) *exchanging {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.current
	if e == nil || e.over {
		return nil
	}
	note(e)
	if !e.requestOver || !e.responseOver {
		return nil
	}
	e.over = true
	if x := e.x; x != nil {
		x.Ended = time.Now().UTC()
		x.State = runnertape.Done
		x.Failure = e.failure
		x.Request.Body.Bytes = e.requested
		if x.Response != nil {
			x.Response.Body.Bytes = e.sent
		}
	}
	return e
}
