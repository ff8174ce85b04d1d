package decode

import (
	"bytes"
	"strings"
	"time"

	"runnertape"
)

// ObjectStorageMessage is a request to where a redirect of the upstream led,
// with a presigned URL.
type ObjectStorageMessage struct {
	Provider       string    `json:"provider,omitempty"`        // "s3", "gcs", "azure" by the query's signature, else by the host; empty if not known
	Host           string    `json:"host"`                      // the storage
	Key            string    `json:"key"`                       // path of the object, with the bucket where that is in the path
	ExpiresSeconds int64     `json:"expires_seconds,omitempty"` // life of the signature, s; 0 if not said so
	Expires        time.Time `json:"expires,omitzero"`          // when the signature ends, UTC; zero if not known
	Range          string    `json:"range,omitempty"`           // Range asked for, by parallel transfer. Since 19.0
	ContentRange   string    `json:"content_range,omitempty"`   // of a 206: which bytes came, of how many
	ContentType    string    `json:"content_type,omitempty"`    // of the answer
	BodyBytes      int64     `json:"body_bytes"`                // body bytes of the answer that passed
	Truncated      bool      `json:"truncated,omitempty"`       // the answer's body broke off
	Answer         Answer    `json:"answer"`                    // 200, 206; the error text is the code of the XML answer

	Common
}

// Gist is like "s3 object of 1234 bytes → 200".
func (m *ObjectStorageMessage) Gist() string {
	s := "storage object"
	if m.Provider != "" {
		s = m.Provider + " object"
	}
	if m.Range != "" {
		s += " " + clean(m.Range, 40)
	}
	s += " → " + outcome(m.Answer.Status, m.Answer.ErrorText)
	if m.Answer.Status == 200 || m.Answer.Status == 206 {
		s += ", " + sized(m.BodyBytes)
	}
	if m.Truncated {
		s += ", broken off"
	}
	return s
}

func readObjectStorage(x *runnertape.Exchange, b Bodies, n *notes) Message {
	p := readPresigned(x.Host, x.Request.Query())
	m := &ObjectStorageMessage{
		Provider: p.provider, ExpiresSeconds: p.seconds, Expires: p.expires,
		Host: x.Host, Key: x.Request.Path(), Range: x.Request.Header.Get("Range"), Answer: readAnswer(x, b, n),
	}
	if x.Response != nil {
		m.ContentType, m.ContentRange = x.Response.Header.Get("Content-Type"), x.Response.Header.Get("Content-Range")
		m.BodyBytes = x.Response.Body.Bytes
		m.Truncated = x.Response.Body.Truncated
		if m.Answer.Status >= 400 {
			m.Answer.ErrorText = xmlCode(b.Response, m.Answer.ErrorText)
		}
	}
	return m
}

// xmlCode is the <Code> of a storage's error answer, or else.
func xmlCode(body []byte, otherwise string) string {
	_, after, found := bytes.Cut(body, []byte("<Code>"))
	code, _, closed := strings.Cut(string(after), "</Code>")
	if !found || !closed {
		return otherwise
	}
	return clean(code, 80)
}
