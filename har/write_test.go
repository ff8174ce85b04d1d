package har

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

var update = flag.Bool("update", false, "write what was made as what is wanted")

// tape is a recording in memory.
type tape struct {
	exchanges []*runnertape.Exchange
	bodies    map[string][]byte
}

func (t *tape) body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(t.bodies[fmt.Sprint(id, side)])), nil
}

func (t *tape) all() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for _, x := range t.exchanges {
			if !yield(x, nil) {
				return
			}
		}
	}
}

var began = time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.UTC)

// add adds an exchange that took 250 ms, of which 200 to the response. Its numbers are filled in.
func (t *tape) add(x *runnertape.Exchange, request, response string) *runnertape.Exchange {
	x.ID = uint64(len(t.exchanges) + 1)
	x.Started = began.Add(time.Duration(x.ID) * time.Second)
	if x.State == "" {
		x.State = runnertape.Done
		x.Ended = x.Started.Add(250 * time.Millisecond)
	}
	x.Way, x.Conn, x.Scheme, x.Host, x.Request.Proto = runnertape.Forward, 3, "https", "gitlab.test:8443", "HTTP/1.1"
	fill := func(b *runnertape.Body, content string) {
		b.Bytes, b.Stored = int64(len(content)), int64(len(content))
		if b.Framing == "" {
			b.Framing = runnertape.NoBody
			if content != "" {
				b.Framing, b.Declared = runnertape.Length, b.Bytes
			}
		}
	}
	fill(&x.Request.Body, request)
	if r := x.Response; r != nil {
		x.Replied = x.Started.Add(200 * time.Millisecond)
		r.Proto = "HTTP/1.1"
		fill(&r.Body, response)
	}
	t.exchanges = append(t.exchanges, x)
	t.bodies[fmt.Sprint(x.ID, runnertape.RequestSide)] = []byte(request)
	t.bodies[fmt.Sprint(x.ID, runnertape.ResponseSide)] = []byte(response)
	return x
}

func gzipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

func h(fields ...string) (list runnertape.Header) {
	for i := 0; i < len(fields); i += 2 {
		list = append(list, runnertape.Field{Name: fields[i], Value: fields[i+1]})
	}
	return list
}

// variety has one of each.
func variety() *tape {
	t := &tape{bodies: map[string][]byte{}}
	t.add(&runnertape.Exchange{
		Request:  runnertape.Request{Method: "POST", Target: "/api/v4/x?a=b%20c&a=d&e&%zz=1", Header: h("Host", "gitlab.test:8443", "Cookie", "s=1; t=2", "content-type", "application/json", "Content-Length", "12", "X-A", "1", "X-A", "2")},
		Response: &runnertape.Response{Status: 201, Reason: "Created", Header: h("Content-Type", "application/json", "Set-Cookie", "u=3; Path=/; Secure; HttpOnly", "Content-Length", "13")},
		Decoded:  &runnertape.Decoded{Endpoint: "request_job", JobID: 42, Gist: "a job"},
	}, `{"a":"<é>"}`, "{\"ok\": true}\n")
	t.add(&runnertape.Exchange{
		Request:  runnertape.Request{Method: "POST", Target: "/up", Header: h("Host", "gitlab.test:8443", "Content-Length", "4")},
		Response: &runnertape.Response{Status: 200, Reason: "OK", Header: h("Content-Type", "text/plain", "Content-Encoding", "gzip", "Content-Length", "58")},
	}, "\xff\x00\xfe\x01", gzipped(strings.Repeat("log line\n", 100)))
	t.add(&runnertape.Exchange{
		Request:  runnertape.Request{Method: "GET", Target: "/to", Header: h("Host", "gitlab.test:8443")},
		Response: &runnertape.Response{Status: 302, Header: h("Location", "https://elsewhere.test/x", "Content-Length", "0")},
	}, "", "")
	t.add(&runnertape.Exchange{
		Request: runnertape.Request{Method: "GET", Target: "/down", Header: h("Host", "gitlab.test:8443")},
		Failure: &runnertape.Failure{Side: runnertape.ResponseSide, Text: "connection refused"},
	}, "", "")
	t.add(&runnertape.Exchange{
		Request:  runnertape.Request{Method: "GET", Target: "/broken", Header: h("Host", "gitlab.test:8443")},
		Response: &runnertape.Response{Status: 200, Header: h("Content-Length", "10"), Body: runnertape.Body{Framing: runnertape.Length, Declared: 10, Truncated: true}},
		Failure:  &runnertape.Failure{Side: runnertape.ResponseSide, Text: "reset", Byte: 3},
	}, "", "abc")
	t.add(&runnertape.Exchange{
		Request:  runnertape.Request{Method: "GET", Target: "/lies", Header: h("Host", "gitlab.test:8443")},
		Response: &runnertape.Response{Status: 200, Reason: "OK", Header: h("Content-Encoding", "gzip", "Content-Length", "8")},
	}, "", "no gzip!")
	t.add(&runnertape.Exchange{ // as of a packet capture
		Response: &runnertape.Response{Status: 204, Reason: "No Content"},
		Failure:  &runnertape.Failure{Side: runnertape.ResponseSide, Text: "its request was not captured"},
	}, "", "")
	t.add(&runnertape.Exchange{
		State:   runnertape.InFlight,
		Request: runnertape.Request{Method: "GET", Target: "/poll", Header: h("Host", "gitlab.test:8443")},
	}, "", "")
	return t
}

func written(t testing.TB, tape *tape, maxBody int64) []byte {
	t.Helper()
	var b bytes.Buffer
	header := runnertape.Recording{Upstream: "https://gitlab.test:8443", Redacted: true}
	if err := Write(&b, header, tape.all(), tape.body, Options{MaxBody: maxBody, Version: "1"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWrite(t *testing.T) {
	for name, maxBody := range map[string]int64{"testdata/written.har": 1 << 20, "testdata/written-cut.har": 9} {
		got := written(t, variety(), maxBody)
		for _, breach := range breaches(got) {
			t.Errorf("%s: %s", name, breach)
		}
		var b bytes.Buffer
		if err := json.Indent(&b, got, "", " "); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s: want -, got +\n%s", name, diff)
		}
	}
}

// TestBreaches proves that TestWrite can fail.
func TestBreaches(t *testing.T) {
	text := string(written(t, variety(), 100))
	for old, other := range map[string]string{
		`"cookies":[],`: "", `"send":0`: `"send":-1`, `"status":201`: `"status":"201"`, `"version":"1.2",`: "", `"cache":{},`: "",
		`"startedDateTime":"2026-`: `"startedDateTime":"26-`, `"url":"https://gitlab.test:8443/up"`: `"url":"/up"`, `"_runnertape"`: `"runnertape"`,
	} {
		broken := strings.Replace(text, old, other, 1)
		if len(breaches([]byte(broken))) == 0 || broken == text {
			t.Errorf("nothing is wrong without %s", old)
		}
	}
}

var errLost = errors.New("lost")

func TestWriteFails(t *testing.T) {
	tape := variety()
	failing := func(yield func(*runnertape.Exchange, error) bool) {
		yield(tape.exchanges[0], nil)
		yield(nil, errLost)
	}
	if err := Write(io.Discard, runnertape.Recording{}, failing, tape.body, Options{}); !errors.Is(err, errLost) {
		t.Errorf("%v", err)
	}
	noBody := func(uint64, runnertape.Side) (io.ReadCloser, error) { return nil, errLost }
	if err := Write(io.Discard, runnertape.Recording{}, tape.all(), noBody, Options{}); !errors.Is(err, errLost) || !strings.Contains(err.Error(), "exchange 1") {
		t.Errorf("%v", err)
	}
}

// Memory does not grow with the recording, nor with its bodies.
func TestWriteIsBounded(t *testing.T) {
	x := variety().exchanges[0]
	x.Response.Body.Stored = 1 << 30
	zeros := func(uint64, runnertape.Side) (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zero{}, 1<<30)), nil
	}
	var least, most uint64
	many := func(yield func(*runnertape.Exchange, error) bool) {
		for i := range 4000 {
			if i%1000 == 999 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				if least == 0 {
					least = m.HeapAlloc
				}
				most = max(most, m.HeapAlloc)
			}
			if !yield(x, nil) {
				return
			}
		}
	}
	if err := Write(io.Discard, runnertape.Recording{}, many, zeros, Options{MaxBody: 4096}); err != nil {
		t.Fatal(err)
	}
	if most > least+1<<20 {
		t.Errorf("from %d to %d bytes", least, most)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }
