package capture

import (
	"runnertape"
	"runnertape/proxy/http1"
)

const (
	// maxPending bounds the requests of one connection that wait for answers.
	maxPending = 256
	// maxInterim bounds the 1xx responses to one request that are kept.
	maxInterim = 64
)

// request begins an exchange with a request's head.
func (c *conn) request(h *half, q *http1.Request) {
	c.speaks = speaksHTTP
	if s := h.other(); s.state == lost && s.started || len(c.pending) == maxPending {
		c.abandon() // whatever came for them was not captured
	}
	body, err := q.Framing()
	e := &exchange{rd: c.rd, x: &runnertape.Exchange{
		State: runnertape.InFlight, Conn: c.number, Client: h.address(), Started: c.rd.now,
		Request: runnertape.Request{Method: q.Method, Proto: q.Proto, Header: q.Header, Body: body},
	}}
	c.place(e.x, q)
	c.pending = append(c.pending, e)
	e.publish()
	if q.Method == "CONNECT" {
		e.over(runnertape.RequestSide, nil)
		h.state = waiting
		return
	}
	if err != nil {
		h.lose()
		e.breakOff(runnertape.RequestSide, "the request is not HTTP/1.x: "+err.Error())
		return
	}
	h.begin(e, body)
}

// response goes on with the exchange that waits for it.
func (c *conn) response(h *half, r *http1.Response) {
	c.speaks = speaksHTTP
	if len(c.pending) == 0 {
		c.pending = append(c.pending, c.unasked(h))
		c.pending[0].publish()
	}
	e := c.pending[0]
	if r.Status < 200 && r.Status != 101 {
		if len(e.x.Interim) < maxInterim {
			e.x.Interim = append(e.x.Interim, runnertape.Interim{Status: r.Status, Header: r.Header})
		}
		h.expect()
		return
	}
	method := e.x.Request.Method
	body, err := r.Framing(method)
	accepted := method == "CONNECT" && r.Status/100 == 2
	if accepted {
		body, err = runnertape.Body{Framing: runnertape.NoBody}, nil // RFC 9110 §9.3.6, whatever the fields say
	}
	e.x.Replied = c.rd.now
	e.x.Response = &runnertape.Response{Status: r.Status, Reason: r.Reason, Proto: r.Proto, Header: r.Header, Body: body}
	e.publish()
	switch {
	case err != nil:
		h.lose()
		e.breakOff(runnertape.ResponseSide, "the response is not HTTP/1.x: "+err.Error())
		c.answered(e)
		return
	case accepted:
		c.pending = c.pending[1:]
		e.over(runnertape.ResponseSide, nil)
		c.enter(e.x.Request.Target)
		return
	case r.Status == 101:
		c.upgrade(e)
	}
	h.begin(e, body)
}

// answered has the next request wait for the next response.
func (c *conn) answered(e *exchange) {
	if len(c.pending) > 0 && c.pending[0] == e {
		c.pending = c.pending[1:]
	}
	if e.x.Request.Method == "CONNECT" && c.client.state == waiting { // it was refused: there are requests behind it
		c.resume(false)
	}
}

// unasked is an exchange of which the request was not captured.
func (c *conn) unasked(h *half) *exchange {
	e := &exchange{rd: c.rd, x: &runnertape.Exchange{
		State: runnertape.InFlight, Conn: c.number, Client: h.other().address(), Started: c.rd.now,
		Way: runnertape.Reverse, Scheme: "http", Host: c.tunnel, Request: runnertape.Request{Body: runnertape.Body{Framing: runnertape.NoBody}},
	}, failure: &runnertape.Failure{Side: runnertape.RequestSide, Text: "its request was not captured"}}
	if c.tunnel == "" {
		e.x.Host = http1.HostOf("http", h.address())
	} else {
		e.x.Way = runnertape.Connect
	}
	e.at(runnertape.RequestSide).over = true
	return e
}

// place says where a request was sent.
func (c *conn) place(x *runnertape.Exchange, q *http1.Request) {
	x.Way, x.Scheme, x.Request.Target = runnertape.Reverse, "http", q.Target
	host := q.Header.Get("Host")
	if q.Method == "CONNECT" {
		x.Way, x.Scheme, host = runnertape.Connect, "https", q.Target
	} else if scheme, absolute, err := http1.AbsoluteForm(q.Target); err == nil {
		x.Way, x.Scheme, x.Request.Target, host = runnertape.Forward, scheme, http1.OriginForm(q.Target), absolute
	} else if c.tunnel != "" { // the Host field is the client's to choose
		x.Way, host = runnertape.Connect, c.tunnel
	}
	if host == "" {
		host = c.server().address()
	}
	x.Host = http1.HostOf(x.Scheme, host)
}
