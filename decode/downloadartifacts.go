package decode

import (
	"bytes"
	"fmt"
	"mime"
	"net/url"

	"runnertape"
)

// DownloadArtifactsMessage is "GET jobs/:id/artifacts", a job fetching what an
// earlier one made (gitlab-runner commands/helpers/artifacts_downloader.go).
// The number in the path is the job that made them; the job that asks is told
// by the token, see [Decoder].
type DownloadArtifactsMessage struct {
	ProducerJobID  int64  `json:"producer_job_id"`           // the job that made them
	DirectDownload bool   `json:"direct_download,omitempty"` // query of that name: a redirect to the storage is welcome
	Range          string `json:"range,omitempty"`           // Range asked for, by parallel transfer. Since 19.0
	Location       string `json:"location,omitempty"`        // where a 302 sends the helper, with its signature
	ContentType    string `json:"content_type,omitempty"`    // of the answer
	Filename       string `json:"filename,omitempty"`        // of the answer's Content-Disposition: "artifacts.zip"; the helper does not read it
	Archive        string `json:"archive,omitempty"`         // "zip", "gzip", "tar.zst" by the first bytes, as the helper decides; empty if none or not kept
	BodyBytes      int64  `json:"body_bytes"`                // body bytes of the answer that passed
	Truncated      bool   `json:"truncated,omitempty"`       // the answer's body broke off
	Answer         Answer `json:"answer"`                    // 200, 302; 401, 403, 404 final, others tried 3 times

	Common
}

// Gist is like "artifacts of job 41 → 302 storage.example".
func (m *DownloadArtifactsMessage) Gist() string {
	s := fmt.Sprintf("artifacts of job %d → %s", m.ProducerJobID, outcome(m.Answer.Status, m.Answer.ErrorText))
	switch host := hostOf(m.Location); {
	case host != "":
		s += " " + host
	case m.Answer.Status == 200:
		s += ", " + sized(m.BodyBytes)
	}
	if m.Truncated {
		s += ", broken off"
	}
	return s
}

func readDownloadArtifacts(x *runnertape.Exchange, call Call, b Bodies, n *notes) Message {
	m := &DownloadArtifactsMessage{ProducerJobID: call.JobID, Range: x.Request.Header.Get("Range")}
	if query, err := url.ParseQuery(x.Request.Query()); err == nil {
		m.DirectDownload = query.Get("direct_download") == "true"
	}
	m.Answer = readAnswer(x, b, n)
	m.Location = redirect(x)
	if x.Response != nil {
		m.ContentType = x.Response.Header.Get("Content-Type")
		m.BodyBytes = x.Response.Body.Bytes
		m.Truncated = x.Response.Body.Truncated
		if _, params, err := mime.ParseMediaType(x.Response.Header.Get("Content-Disposition")); err == nil {
			m.Filename = clean(params["filename"], 256)
		}
		if m.Answer.Status == 200 {
			m.Archive = sniff(b.Response)
		}
	}
	return m
}

// sniff tells an archive by its first bytes, as the helper does.
func sniff(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("PK")):
		return "zip"
	case bytes.HasPrefix(body, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(body, []byte("\x28\xb5\x2f\xfd")):
		return "tar.zst"
	}
	return ""
}
