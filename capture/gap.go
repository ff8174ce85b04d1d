package capture

import "runnertape"

// gap notes that n bytes of h were not captured.
func (h *half) gap(n int64) {
	if h.conn.speaks == speaksTLS || h.state == unread {
		return
	}
	if n == 1 && h.state == inHead && len(h.held) == 0 {
		return // between messages, that is the FIN, which takes a number too
	}
	s := &h.conn.rd.summary
	if h.lastLoss != h.offset-n || h.lastLoss == 0 {
		s.Gaps++
	}
	s.Missing += n
	h.lastLoss = h.offset
	h.fresh = false
	switch h.state {
	case inHead, waiting:
		h.lose()
	case inBody:
		h.bodyGap(n)
	case lost, unread:
		h.held, h.searched = nil, 0
	}
}

// bodyGap goes on behind a gap in a body, if the body's framing tells where.
func (h *half) bodyGap(n int64) {
	x, side := h.x, h.side()
	if h.body.Coming() < n && x.framing(side) == runnertape.Chunked {
		x.lose(side, n)
		h.breakBody("")
		return
	}
	for n > 0 && h.state == inBody {
		used, spans, done, err := h.body.Next(nothing[:min(n, int64(len(nothing)))], h.spans[:0])
		h.spans = spans
		var content int64
		for _, s := range spans {
			content += int64(s.To - s.From)
		}
		x.lose(side, content)
		n -= int64(used)
		switch {
		case err != nil: // it was no content
			x.lose(side, n)
			h.breakBody("")
			return
		case done:
			h.bodyEnds()
		}
	}
	if n > 0 { // and some of what follows
		h.lose()
	}
}
