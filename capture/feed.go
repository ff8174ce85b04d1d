package capture

import (
	"runnertape"
	"runnertape/proxy/http1"
)

// state is what the next byte of a half belongs to.
type state uint8

const (
	inHead  state = iota // the head of the next message
	inBody               // a body
	lost                 // not known: the next message is searched
	waiting              // behind a CONNECT that has not been answered
	unread               // nothing that can be read
)

// maxHead bounds a head; net/http refuses longer ones.
const maxHead = 1 << 20

// feed reads the next bytes of h.
func (h *half) feed(p []byte) {
	if !h.conn.carries {
		h.conn.carries = true
		h.conn.rd.summary.Connections++
	}
	for len(p) > 0 {
		switch h.state {
		case inHead:
			p = h.readHead(p)
		case inBody:
			p = h.readBody(p)
		case lost:
			p = h.search(p)
		case waiting:
			if len(h.held)+len(p) > maxHead {
				h.lose()
				continue
			}
			h.held = append(h.held, p...)
			return
		case unread:
			return
		}
	}
}

// lose notes that it is not known any more where a message begins.
func (h *half) lose() { h.state, h.held, h.searched, h.body, h.x = lost, nil, 0, nil, nil }

// expect has h read the next message.
func (h *half) expect() { h.state, h.searched, h.body, h.x = inHead, 0, nil, nil }

// readHead returns what follows the head, or nil if that has not come yet.
func (h *half) readHead(p []byte) (rest []byte) {
	if len(h.held) > 0 {
		h.held = append(h.held, p...)
		p = h.held
	}
	if h.fresh && !h.conn.recognise(h, p) {
		if h.state == inHead { // too little to tell
			h.hold(p)
		}
		return nil
	}
	n := http1.HeadEnd(p, h.searched)
	switch {
	case n > 0:
		head := p[http1.EmptyLines(p):n]
		h.held, h.searched = nil, 0
		if h.message(string(head)) {
			return p[n:]
		}
		if h.fresh {
			h.conn.giveUp()
			return nil
		}
		h.lose()
		return p[1:] // it may begin within what looked like one
	case len(p) > maxHead:
		h.lose()
	default:
		h.searched = len(p)
		h.hold(p)
	}
	return nil
}

// hold keeps p, which may be what is held.
func (h *half) hold(p []byte) {
	if len(h.held) < len(p) {
		h.held = append(h.held[:0], p...)
	}
}

// message begins with a head. It is false if that is none.
func (h *half) message(head string) bool {
	if h == h.conn.client {
		q, err := http1.ParseRequest(head)
		if err != nil {
			return false
		}
		h.fresh = false
		h.conn.request(h, q)
	} else {
		r, err := http1.ParseResponse(head)
		if err != nil {
			return false
		}
		h.fresh = false // unless a tunnel begins behind it
		h.conn.response(h, r)
	}
	return true
}

// begin has h read the body of x.
func (h *half) begin(x *exchange, b runnertape.Body) {
	h.x = x
	if b.Framing == runnertape.NoBody || b.Framing == runnertape.Length && b.Declared == 0 {
		h.bodyEnds()
		return
	}
	h.state, h.body = inBody, http1.NewBody(b)
}

// readBody returns what follows the body.
func (h *half) readBody(p []byte) (rest []byte) {
	n, spans, done, err := h.body.Next(p, h.spans[:0])
	h.spans = spans
	for _, s := range spans {
		h.x.write(h.side(), p[s.From:s.To])
	}
	switch {
	case err != nil:
		h.breakBody(err.Error())
	case done:
		h.bodyEnds()
	}
	return p[n:]
}

func (h *half) bodyEnds() {
	x, body := h.x, h.body
	h.expect()
	var trailer runnertape.Header
	if body != nil {
		trailer, _ = body.Trailer() // what is no field is no trailer
	}
	x.over(h.side(), trailer)
	if h != h.conn.client {
		h.conn.answered(x)
	}
}

// breakBody notes that the body that is being read will not be read to its end, and why; "" if what is missing is the reason.
func (h *half) breakBody(why string) {
	x := h.x
	h.lose()
	x.breakOff(h.side(), why)
	if h != h.conn.client {
		h.conn.answered(x)
	}
}

func (h *half) side() runnertape.Side {
	if h == h.conn.client {
		return runnertape.RequestSide
	}
	return runnertape.ResponseSide
}
