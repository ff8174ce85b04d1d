package decode

import (
	"cmp"
	"time"

	"runnertape"
)

// Event is one exchange of a [Job].
type Event struct {
	Exchange      uint64    `json:"exchange"`             // its number
	Endpoint      Endpoint  `json:"endpoint"`             // which call
	RequestID     string    `json:"request_id,omitempty"` // the same for all tries of one call. Since 18.3
	At            time.Time `json:"at"`                   // when the request began, UTC
	Ended         time.Time `json:"ended,omitzero"`       // when it was over, UTC; zero while in flight
	Status        int       `json:"status"`               // code; 0 if the answer was lost
	RequestBytes  int64     `json:"request_bytes"`        // of body
	ResponseBytes int64     `json:"response_bytes"`       // of body
	Gist          string    `json:"gist,omitempty"`       // its message in a few words
	Failure       string    `json:"failure,omitempty"`    // what broke it off; empty if it ended well
}

func event(x *runnertape.Exchange, m Message) Event {
	e := Event{
		Exchange: x.ID, Endpoint: Endpoint(x.Decoded.Endpoint), At: x.Started, Ended: x.Ended,
		Status: upstreamStatus(x), RequestBytes: x.Request.Body.Bytes, Gist: x.Decoded.Gist,
	}
	if x.Response != nil {
		e.ResponseBytes = x.Response.Body.Bytes
	}
	if e.RequestID = x.Request.Header.Get(requestID); m != nil {
		e.RequestID = cmp.Or(m.Notes().RequestID, e.RequestID)
	}
	if x.Failure != nil {
		e.Failure = x.Failure.Text
	}
	return e
}

// Upload is one upload_artifacts of a [Job].
type Upload struct {
	Exchange  uint64 `json:"exchange"`            // whose request body it is
	Type      string `json:"type"`                // "archive", "junit", …
	Format    string `json:"format"`              // "zip", "gzip", "raw", …
	Filename  string `json:"filename,omitempty"`  // "artifacts.zip"
	FileBytes int64  `json:"file_bytes"`          // size of the file; 0 if not known
	Truncated bool   `json:"truncated,omitempty"` // the body broke off
	Status    int    `json:"status"`              // code, 201 if it was kept; 0 if the answer was lost
}

func (j *Job) upload(x *runnertape.Exchange, m *UploadArtifactsMessage) {
	u := Upload{
		Exchange: x.ID, Type: cmp.Or(m.Type, "archive"), Format: cmp.Or(m.Format, "zip"),
		Filename: m.Filename, FileBytes: m.FileBytes, Truncated: m.Truncated, Status: m.Answer.Status,
	}
	j.Uploads = insert(j.Uploads, u, Upload.exchange)
}

// Download is one download_artifacts of a [Job].
type Download struct {
	Exchange      uint64 `json:"exchange"`            // which
	ProducerJobID int64  `json:"producer_job_id"`     // the job that made them
	BodyBytes     int64  `json:"body_bytes"`          // of the answer
	Truncated     bool   `json:"truncated,omitempty"` // the answer broke off
	Status        int    `json:"status"`              // code; 302 sends to a storage, 0 if the answer was lost
}

func (j *Job) download(x *runnertape.Exchange, m *DownloadArtifactsMessage) {
	d := Download{
		Exchange: x.ID, ProducerJobID: m.ProducerJobID, BodyBytes: m.BodyBytes, Truncated: m.Truncated, Status: m.Answer.Status,
	}
	j.Downloads = insert(j.Downloads, d, Download.exchange)
}

// CacheRequest is one request of a [Job] for a cache: a download, an upload, or a look.
type CacheRequest struct {
	Exchange  uint64         `json:"exchange"`            // which
	Direction CacheDirection `json:"direction"`           // "download", "upload", "look"
	Key       string         `json:"key"`                 // of the cache; where keys are hashed, the one before, if it is said
	BodyBytes int64          `json:"body_bytes"`          // that passed: of an upload those of the request, else of the answer
	Truncated bool           `json:"truncated,omitempty"` // it broke off
	Status    int            `json:"status"`              // code; 404 if there is none, 0 if the answer was lost
}

func (j *Job) cache(x *runnertape.Exchange, m *CacheMessage) {
	c := CacheRequest{
		Exchange: x.ID, Direction: m.Direction, Key: cmp.Or(m.HumanKey, m.Key), BodyBytes: m.BodyBytes,
		Truncated: m.Truncated, Status: m.Answer.Status,
	}
	j.Caches = insert(j.Caches, c, CacheRequest.exchange)
}
