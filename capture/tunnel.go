package capture

import (
	"runnertape"
)

// upgrade makes what the client sends from now on part of the request.
func (c *conn) upgrade(e *exchange) {
	request := e.at(runnertape.RequestSide)
	if request.over && !e.ended {
		request.over = false
		e.x.Request.Body.Framing = runnertape.ToClose
		held := c.client.held
		c.client.held = nil
		c.client.begin(e, e.x.Request.Body)
		c.client.feed(held)
	}
}

// enter goes into the tunnel that a CONNECT to target made.
func (c *conn) enter(target string) {
	c.tunnel, c.speaks = target, unheard
	server := c.server()
	server.expect()
	server.fresh = true
	c.resume(true)
}

// resume reads what came behind a CONNECT.
func (c *conn) resume(fresh bool) {
	h := c.client
	held := h.held
	h.held, h.fresh = nil, fresh
	h.expect()
	h.feed(held)
}
