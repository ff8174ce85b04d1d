package decode

import (
	"cmp"
	"net/url"

	"runnertape"
)

// UploadArtifactsMessage is "POST jobs/:id/artifacts", one file of a job's
// artifacts (gitlab-runner commands/helpers/artifacts_uploader.go). Sent by a
// helper process, chunked, as a multipart body of one part.
type UploadArtifactsMessage struct {
	Type        string    `json:"type,omitempty"`         // query artifact_type: "archive" (also if empty), "junit", …
	Format      string    `json:"format,omitempty"`       // query artifact_format: "zip" (also if empty), "gzip", "raw", …
	ExpireIn    string    `json:"expire_in,omitempty"`    // query expire_in: "1 day"
	Part        string    `json:"part,omitempty"`         // name of the part: "file"
	Filename    string    `json:"filename,omitempty"`     // of the part: "artifacts.zip"
	ContentType string    `json:"content_type,omitempty"` // of the part: "application/octet-stream"
	HeadBytes   int64     `json:"head_bytes,omitempty"`   // where in the body the file begins; 0 if not known
	FileBytes   int64     `json:"file_bytes,omitempty"`   // size of the file, worked out as if there were one part; 0 if not known
	BodyBytes   int64     `json:"body_bytes"`             // body bytes that passed, with the multipart frame
	Truncated   bool      `json:"truncated,omitempty"`    // the body broke off: the upstream has no artifact
	Location    string    `json:"location,omitempty"`     // where a 307 or 308 sends the helper
	Answer      JobAnswer `json:"answer"`                 // 201 kept; 403 and 413 final; 503 tried 6 times, others 3

	Common
}

// Gist is like `archive zip "art.zip" 1234 bytes → 201`.
func (m *UploadArtifactsMessage) Gist() string {
	s := clean(cmp.Or(m.Type, "archive"), 40) + " " + clean(cmp.Or(m.Format, "zip"), 40)
	if m.Filename != "" {
		s += " " + quote(m.Filename)
	}
	s += " " + sized(cmp.Or(m.FileBytes, m.BodyBytes))
	if m.Truncated {
		s += ", broken off"
	}
	s += " → " + m.Answer.gist("running")
	if host := hostOf(m.Location); host != "" {
		s += " " + host
	}
	return s
}

func readUploadArtifacts(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := &UploadArtifactsMessage{BodyBytes: x.Request.Body.Bytes, Truncated: x.Request.Body.Truncated}
	query, err := url.ParseQuery(x.Request.Query())
	if err != nil {
		n.fault("request: query is not form-encoded")
	}
	m.Type, m.Format, m.ExpireIn = query.Get("artifact_type"), query.Get("artifact_format"), query.Get("expire_in")
	if m.BodyBytes > 0 || len(b.Request) > 0 {
		head, err := parsePartHead(x.Request.Header.Get("Content-Type"), b.Request)
		if err != nil {
			n.fault("request: %s", err)
		}
		m.Part, m.Filename, m.ContentType, m.HeadBytes = head.name, head.filename, head.contentType, head.size
		if err == nil && !m.Truncated {
			m.FileBytes = max(0, m.BodyBytes-head.size-head.tail)
		}
	}
	m.Location = redirect(x)
	m.Answer = readJobAnswer(x, b, n)
	return m
}

// redirect is the Location of a 3xx answer.
func redirect(x *runnertape.Exchange) string {
	if status := upstreamStatus(x); status < 300 || status > 399 {
		return ""
	}
	return x.Response.Header.Get("Location")
}

// hostOf is the host of an absolute URL, with its port; "" for others.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return clean(u.Host, 80)
}
