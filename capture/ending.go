package capture

import (
	"strings"

	"runnertape"
)

// closed notes that no more bytes come on h.
func (h *half) closed() {
	c := h.conn
	if c.client == nil {
		return
	}
	why := c.ending
	if why == "" {
		who, what := "client", "closed"
		if h != c.client {
			who = "upstream"
		}
		if h.rst {
			what = "reset"
		}
		why = "the " + who + " " + what + " its connection"
	}
	if x := h.x; x != nil && h.state == inBody {
		if x.framing(h.side()) == runnertape.ToClose && h.fin && c.ending == "" {
			h.bodyEnds()
		} else {
			h.breakBody(why)
		}
	}
	if h == c.client {
		return // the upstream may still answer
	}
	for _, e := range c.pending {
		e.fail(why)
	}
	c.pending = nil
}

// abandon ends the exchanges that wait for an answer.
func (c *conn) abandon() {
	why := c.ending
	if why == "" {
		why = "its answer was not captured"
	}
	for _, e := range c.pending {
		e.fail(why)
	}
	c.pending = nil
	if c.client != nil && c.client.x != nil {
		c.client.x.breakOff(runnertape.RequestSide, why)
	}
}

// fail ends e, which has no answer or not all of it.
func (e *exchange) fail(why string) {
	if e.x.Response == nil && !strings.Contains(why, "answer") {
		why += " before an answer"
	}
	e.breakOff(runnertape.ResponseSide, why)
}
