package replay

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape"
	"runnertape/decode"
)

// Tape is a recording in memory, decoded as it grows.
type Tape struct {
	mu       sync.Mutex
	upstream string
	key      []byte // of its stand-ins; nil if it has kept its secrets
	at       time.Time
	xs       []*runnertape.Exchange
	bodies   map[uint64][2][]byte
	decoder  *decode.Decoder
	broken   bool // Body fails
}

// NewTape is an empty recording of an upstream.
func NewTape(upstream string) *Tape {
	return &Tape{
		upstream: upstream,
		at:       time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		bodies:   map[uint64][2][]byte{},
		decoder:  decode.NewDecoder(),
	}
}

// A Take is one exchange to record.
type Take struct {
	URL     string // absolute, or a path at the upstream
	Method  string
	Header  []string // names and values
	Body    string
	Status  int
	Answer  []string // header names and values
	Content string
	Edit    func(*runnertape.Exchange) // before decoding
}

// Add records takes, a second apart.
func (t *Tape) Add(takes ...Take) *Tape {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range takes {
		address := k.URL
		if strings.HasPrefix(address, "/") {
			address = t.upstream + address
		}
		scheme, rest, _ := strings.Cut(address, "://")
		host, target, _ := strings.Cut(rest, "/")
		x := &runnertape.Exchange{
			ID:      uint64(len(t.xs) + 1),
			State:   runnertape.Done,
			Way:     runnertape.Reverse,
			Scheme:  scheme,
			Host:    host,
			Started: t.at,
			Replied: t.at.Add(10 * time.Millisecond),
			Ended:   t.at.Add(20 * time.Millisecond),
			Request: runnertape.Request{
				Method: k.Method, Target: "/" + target, Proto: "HTTP/1.1",
				Header: fields(k.Header), Body: bodyOf(k.Body),
			},
			Response: &runnertape.Response{
				Status: k.Status, Proto: "HTTP/1.1", Header: fields(k.Answer), Body: bodyOf(k.Content),
			},
		}
		t.at = t.at.Add(time.Second)
		if k.Edit != nil {
			k.Edit(x)
		}
		x.Decoded, _ = t.decoder.Decode(x, decode.Bodies{Request: []byte(k.Body), Response: []byte(k.Content)})
		t.xs = append(t.xs, x)
		t.bodies[x.ID] = [2][]byte{[]byte(k.Body), []byte(k.Content)}
	}
	return t
}

func fields(pairs []string) runnertape.Header {
	var h runnertape.Header
	for i := 0; i+1 < len(pairs); i += 2 {
		h = append(h, runnertape.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return h
}

func bodyOf(content string) runnertape.Body {
	if content == "" {
		return runnertape.Body{Framing: runnertape.NoBody}
	}
	n := int64(len(content))
	return runnertape.Body{Framing: runnertape.Length, Declared: n, Bytes: n, Stored: n, SHA256: sha256.Sum256([]byte(content))}
}

func (t *Tape) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range t.xs {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (t *Tape) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	if t.broken {
		return nil, errors.New("broken tape")
	}
	b, ok := t.bodies[id]
	if !ok {
		return nil, errors.New("no such exchange")
	}
	return io.NopCloser(bytes.NewReader(b[side-1])), nil
}

func (t *Tape) Header() runnertape.Recording {
	return runnertape.Recording{Format: 1, Created: t.at, Upstream: t.upstream, Redacted: t.key != nil, Key: t.key}
}

// start replays a tape. Each request's time is now's.
func start(t *testing.T, tape *Tape, now func() time.Time) *Replayer {
	t.Helper()
	r, err := New(tape, Options{Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ended fails if a recorded job has not ended.
func (r *Replayer) ended(t *testing.T) {
	t.Helper()
	select {
	case <-r.Done():
	default:
		t.Error("not done")
	}
}

// said is an answer that came.
type said struct {
	status int
	header http.Header
	body   string
}

// ask sends one request in reverse: pairs are header names and values.
func (r *Replayer) ask(method, target, body string, pairs ...string) said {
	return r.askAt(method, "", target, body, pairs...)
}

// askAt sends one request over a forward way if base is not "". It has the token of the job it speaks of, if it says no other.
func (r *Replayer) askAt(method, base, target, body string, pairs ...string) said {
	body, pairs = r.withToken(method, target, body, pairs)
	return r.askAs(method, base, target, body, pairs...)
}

// withToken puts the token of the job that a request speaks of where a runner does.
func (r *Replayer) withToken(method, target, body string, pairs []string) (string, []string) {
	path, _, _ := strings.Cut(target, "?")
	call := decode.Classify(method, path)
	j := r.index.job(call.JobID)
	if j == nil {
		return body, pairs
	}
	switch call.Endpoint {
	case decode.UpdateJob:
		if rest, ok := strings.CutPrefix(body, "{"); ok {
			body = fmt.Sprintf(`{"token":%q,%s`, j.issued(), rest)
		}
	case decode.PatchTrace, decode.UploadArtifacts, decode.DownloadArtifacts:
		pairs = append([]string{"Job-Token", j.issued()}, pairs...)
	}
	return body, pairs
}

// askAs sends one request with no other token than is in it.
func (r *Replayer) askAs(method, base, target, body string, pairs ...string) said {
	req := httptest.NewRequest(method, base+target, strings.NewReader(body))
	if base == "" {
		req.Host = "127.0.0.1:8090"
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		req.Header.Set(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return said{w.Code, w.Header(), w.Body.String()}
}

// want fails unless the answer has this status and these header fields.
func (s said) want(t *testing.T, status int, pairs ...string) said {
	t.Helper()
	if s.status != status {
		t.Errorf("status %d, want %d: %s", s.status, status, s.body)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		var got string
		if v := s.header[pairs[i]]; len(v) > 0 {
			got = v[0]
		}
		if got != pairs[i+1] {
			t.Errorf("%s: %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
	return s
}

// Recorded things to replay.

const jsonType = "application/json"

func poll() Take {
	return Take{Method: "POST", URL: "/api/v4/jobs/request", Body: `{"token":"glrt-recorded0000000000"}`, Status: 204}
}

func handOut(payload string) Take {
	return Take{
		Method: "POST", URL: "/api/v4/jobs/request", Body: `{"token":"glrt-recorded0000000000"}`,
		Status: 201, Answer: []string{"Content-Type", jsonType}, Content: payload,
	}
}

func patch(id, contentRange, content string, status int, answer ...string) Take {
	return Take{
		Method: "PATCH", URL: "/api/v4/jobs/" + id + "/trace", Header: []string{"Content-Range", contentRange},
		Body: content, Status: status, Answer: answer,
	}
}

func put(id, body string, status int, answer ...string) Take {
	return Take{Method: "PUT", URL: "/api/v4/jobs/" + id, Header: []string{"Content-Type", jsonType}, Body: body, Status: status, Answer: answer}
}

const job42Token = "glcbt-64_job42token0000000"

// job42 is the smallest recording: one job that passed.
func job42() *Tape {
	return NewTape("http://gitlab.example").Add(
		poll(),
		handOut(`{"id":42,"token":"`+job42Token+`","job_info":{"name":"build"}}`),
		patch("42", "0-4", "hello", 202, "Job-Status", "running", "Range", "0-5"),
		put("42", `{"state":"success"}`, 200, "Job-Status", "success"),
	)
}
