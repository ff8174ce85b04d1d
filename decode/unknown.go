package decode

import "runnertape"

// UnknownMessage is everything else: calls of job scripts to GitLab's API,
// registries, other hosts.
type UnknownMessage struct {
	API           bool   `json:"api,omitempty"`          // GitLab's API, but not a call of the runner
	ContentType   string `json:"content_type,omitempty"` // of the answer
	RequestBytes  int64  `json:"request_bytes"`          // body bytes of the request that passed
	ResponseBytes int64  `json:"response_bytes"`         // body bytes of the answer that passed
	Answer        Answer `json:"answer"`                 // whatever came

	Common
}

// Gist is like "→ 200 application/json, 1234 bytes".
func (m *UnknownMessage) Gist() string {
	s := "→ " + outcome(m.Answer.Status, m.Answer.ErrorText)
	if m.ContentType != "" {
		s += " " + clean(m.ContentType, 60)
	}
	if m.ResponseBytes > 0 {
		s += ", " + sized(m.ResponseBytes)
	}
	return s
}

func readUnknown(x *runnertape.Exchange, isAPI bool, b Bodies, n *notes) Message {
	m := &UnknownMessage{API: isAPI, RequestBytes: x.Request.Body.Bytes, Answer: readAnswer(x, b, n)}
	if m.Answer.Status != 0 {
		m.ContentType = x.Response.Header.Get("Content-Type")
		m.ResponseBytes = x.Response.Body.Bytes
	}
	return m
}
