package decode

import "runnertape"

// Common is what messages of all endpoints have. A message embeds it.
type Common struct {
	RequestID     string      `json:"request_id,omitempty"`     // X-Request-Id of the request: 32 hex digits, new for each call, the same for all tries of one. Since 18.3
	CorrelationID string      `json:"correlation_id,omitempty"` // X-Request-Id of the answer, by which GitLab's logs know it; runners log it since 18.1, and send none of their own in 18.1 and 18.2
	RequestHead   RequestHead `json:"request_head,omitzero"`    // what the header of the request says
	AnswerHead    AnswerHead  `json:"answer_head,omitzero"`     // what the header of the upstream's answer says
	Gaps          []Gap       `json:"gaps,omitempty"`           // what was said and no field holds, the first 50: a newer runner or GitLab, or something between them
	MoreGaps      int         `json:"more_gaps,omitempty"`      // how many more there are
	Faults        []string    `json:"faults,omitempty"`         // what could not be read
}

// Notes is what an exchange has beside its own message.
func (c *Common) Notes() *Common { return c }

// Gap is something of an exchange that no field of its message holds. The bytes
// are in the recorded exchange; the gap says where to look. Of [Unknown] exchanges,
// of which nothing is known, nothing is one.
type Gap struct {
	Where string `json:"where"`           // "request header", "request query", "request body", "request trailer", "response header", "response body", "response trailer"
	Name  string `json:"name"`            // of the header or query key; of JSON the path, like "info.features.telepathy"; of bytes "byte 1234"
	Value string `json:"value,omitempty"` // what it says, cut after 200 bytes; empty if its name, or a name in it, is one of secrets
}

// fill is told what was noted while the message was read.
func (c *Common) fill(e Endpoint, x *runnertape.Exchange, n *notes) {
	c.readIDs(x)
	var heads notes
	c.RequestHead = readRequestHead(e, &x.Request, &heads)
	heads.queryGaps(e, x.Request.Query())
	for _, f := range x.Request.Trailer { // nothing of the protocol has trailers
		heads.headerGap(e, "request trailer", f)
	}
	if upstreamStatus(x) != 0 {
		c.AnswerHead = readAnswerHead(e, x.Response, &heads)
		for _, f := range x.Response.Trailer {
			heads.headerGap(e, "response trailer", f)
		}
	}
	heads.absorb(n)
	c.Gaps, c.MoreGaps, c.Faults = heads.gaps, heads.moreGaps, append(n.faults, heads.faults...)
}

func (c *Common) readIDs(x *runnertape.Exchange) {
	c.RequestID = cleanID(x.Request.Header.Get(requestID))
	if upstreamStatus(x) != 0 {
		c.CorrelationID = cleanID(x.Response.Header.Get(requestID))
	}
}

// requestID is the header field by which a call, and its answer, are known.
const requestID = "X-Request-Id"

// absorb adds the gaps of m, which was read later.
func (n *notes) absorb(m *notes) {
	room := min(len(m.gaps), maxGaps-len(n.gaps))
	n.gaps = append(n.gaps, m.gaps[:room]...)
	n.moreGaps += m.moreGaps + len(m.gaps) - room
}
