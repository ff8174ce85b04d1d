package main

import (
	"encoding/json"
	"io"
	"time"

	"runnertape"
)

// jsonExchange is an object of `proxy dump --json`: a contract, described field by
// field in docs/json.md. Fields may be added; scripts ignore what they do not know.
type jsonExchange struct {
	ID         uint64            `json:"id"`
	State      runnertape.State  `json:"state"`
	Endpoint   string            `json:"endpoint"`
	JobID      int64             `json:"job_id,omitempty"`
	Runner     runnertape.Runner `json:"runner,omitzero"`
	Way        runnertape.Way    `json:"way"`
	Method     string            `json:"method"`
	Path       string            `json:"path"`
	URL        string            `json:"url"`
	Status     int               `json:"status"`
	StartedAt  time.Time         `json:"started_at"`
	DurationMS float64           `json:"duration_ms"`
	WaitMS     float64           `json:"wait_ms"`
	Request    jsonSide          `json:"request"`
	Response   *jsonSide         `json:"response"`
	Error      *jsonError        `json:"error"`
	Gist       string            `json:"gist,omitempty"`
	Message    json.RawMessage   `json:"message,omitempty"`
}

type jsonSide struct {
	Headers    runnertape.Header  `json:"headers"`
	Trailers   runnertape.Header  `json:"trailers,omitempty"`
	Framing    runnertape.Framing `json:"framing"`
	BodyBytes  int64              `json:"body_bytes"`
	BodySHA256 runnertape.Digest  `json:"body_sha256"`
	Truncated  bool               `json:"truncated,omitempty"`
	Rewritten  bool               `json:"rewritten,omitempty"`
	Opaque     bool               `json:"opaque,omitempty"`
	Ours       bool               `json:"ours,omitempty"`
}

type jsonError struct {
	Side string `json:"side"`
	Text string `json:"text"`
	Byte int64  `json:"byte"`
}

// newJSONer writes objects for scripts.
func newJSONer(*dumper) func(io.Writer, *runnertape.Exchange) error {
	lines := newJSONLines()
	return func(w io.Writer, x *runnertape.Exchange) error { return lines.write(w, toJSON(x)) }
}

func toJSON(x *runnertape.Exchange) *jsonExchange {
	j := &jsonExchange{
		ID: x.ID, State: x.State, Way: x.Way, Method: x.Request.Method, Path: x.Request.Path(), URL: x.URL(), Status: x.Status(),
		StartedAt: x.Started.UTC(), DurationMS: milliseconds(x.Duration()),
		Request: side(x.Request.Header, x.Request.Trailer, x.Request.Body),
	}
	if !x.Replied.IsZero() {
		j.WaitMS = milliseconds(x.Replied.Sub(x.Started))
	}
	if x.Response != nil {
		response := side(x.Response.Header, x.Response.Trailer, x.Response.Body)
		response.Ours = x.Response.Ours
		j.Response = &response
	}
	if f := x.Failure; f != nil {
		j.Error = &jsonError{Side: "upstream", Text: f.Text, Byte: f.Byte}
		if f.Side == runnertape.RequestSide {
			j.Error.Side = "client"
		}
	}
	if d := x.Decoded; d != nil {
		j.Endpoint, j.JobID, j.Runner, j.Gist, j.Message = d.Endpoint, d.JobID, d.Runner, d.Gist, d.Message
	}
	return j
}

func side(h, trailer runnertape.Header, b runnertape.Body) jsonSide {
	if h == nil {
		h = runnertape.Header{}
	}
	return jsonSide{
		Headers: h, Trailers: trailer, Framing: b.Framing, BodyBytes: b.Bytes, BodySHA256: b.SHA256,
		Truncated: b.Truncated, Rewritten: b.Rewritten, Opaque: b.Opaque,
	}
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
