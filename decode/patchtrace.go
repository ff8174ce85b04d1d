package decode

import (
	"fmt"
	"net/url"

	"runnertape"
)

// PatchTraceMessage is "PATCH jobs/:id/trace", a piece of the trace
// (gitlab-runner network/gitlab.go PatchTrace). The bytes are the request's body.
type PatchTraceMessage struct {
	Start      int64     `json:"start"`                 // offset of the first byte, from Content-Range
	End        int64     `json:"end"`                   // offset of the last byte; the upstream does not read it
	Bytes      int64     `json:"bytes"`                 // body bytes that passed
	Truncated  bool      `json:"truncated,omitempty"`   // the body broke off: the upstream has none of it
	DebugTrace bool      `json:"debug_trace,omitempty"` // query of that name: the trace may show secrets. Since 15.9
	Answer     JobAnswer `json:"answer"`                // 202 appended; 416 with the size the upstream holds; 403 ends the job; 200 means failed

	Common
}

// Gist is like "trace 0-887 → 202" or "trace 888-894 → 416, upstream holds 850".
func (m *PatchTraceMessage) Gist() string {
	s := fmt.Sprintf("trace %d-%d → %s", m.Start, m.End, m.Answer.gist("running"))
	if m.Answer.Status == 416 && m.Answer.Range != nil {
		s += fmt.Sprintf(", upstream holds %d", *m.Answer.Range)
	}
	return s
}

func readPatchTrace(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := &PatchTraceMessage{Bytes: x.Request.Body.Bytes, Truncated: x.Request.Body.Truncated}
	said := x.Request.Header.Get("Content-Range")
	start, end, ok := ParseContentRange(said)
	switch {
	case !ok:
		n.fault("request: Content-Range %s is not START-END", quote(said))
		m.End = max(0, m.Bytes-1)
	default:
		m.Start, m.End = start, end
		if end-start+1 != m.Bytes && !m.Truncated {
			n.fault("request: Content-Range %s but %d bytes", quote(said), m.Bytes)
		}
	}
	if query, err := url.ParseQuery(x.Request.Query()); err == nil {
		m.DebugTrace = query.Get("debug_trace") == "true"
	}
	m.Answer = readJobAnswer(x, b, n)
	if x.Response != nil {
		if said := x.Response.Header.Get("Range"); said != "" {
			if size, ok := ParseRange(said); ok {
				m.Answer.Range = &size
			} else {
				n.fault("response: Range %s is not 0-SIZE", quote(said))
			}
		}
	}
	return m
}
