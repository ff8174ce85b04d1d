package store

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// full has every field that an exchange can have.
func full() *runnertape.Exchange {
	at := time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.UTC)
	return &runnertape.Exchange{
		ID: 7, State: runnertape.InFlight, Way: runnertape.Connect, Conn: 3, Client: "127.0.0.1:40000", Scheme: "https", Host: "gitlab.example",
		Started: at, Replied: at.Add(time.Second), Ended: at.Add(-time.Hour), // a clock that was set back
		Request: runnertape.Request{
			Method: "PATCH", Target: "/api/v4/jobs/1/trace?debug_trace=false", Proto: "HTTP/1.1",
			Header:  runnertape.Header{{Name: "X-Latin", Value: "caf\xe9"}, {Name: "", Value: ""}},
			Body:    runnertape.Body{Framing: runnertape.Length, Declared: -1, Bytes: 1 << 40, Stored: 5, Truncated: true, SHA256: emptyDigest, CRC32: runnertape.CRC32{Sum: 1, Known: true}},
			Trailer: runnertape.Header{{Name: "T", Value: "1"}},
		},
		Interim: []runnertape.Interim{{Status: 103, Header: runnertape.Header{}}, {Status: 100}},
		Response: &runnertape.Response{
			Status: 202, Reason: "Accepted", Proto: "HTTP/1.1", Header: runnertape.Header{{Name: "A", Value: "1"}, {Name: "A", Value: "2"}},
			Body:    runnertape.Body{Framing: runnertape.Chunked, Rewritten: true, Bytes: 3, Opaque: true, SHA256: runnertape.Digest{1, 2}},
			Trailer: runnertape.Header{{Name: "U", Value: "2"}}, Ours: true,
		},
		Failure: &runnertape.Failure{Side: runnertape.ResponseSide, Text: "connection reset", Byte: 12},
		Decoded: &runnertape.Decoded{
			Endpoint: "patch_trace", JobID: 1, Gist: "5 bytes", Message: []byte(`{"a":1}`),
			Runner: runnertape.Runner{Token: "abc", SystemID: "s_1", Version: "18.4.0", Executor: "shell"},
		},
	}
}

func TestRecordHasEverything(t *testing.T) {
	bare := &runnertape.Exchange{ID: 7}
	x := full()
	for _, test := range []*runnertape.Exchange{x, bare} {
		content := inlined{[]byte("small"), []byte{}}
		test.Request.Body.SHA256 = runnertape.Digest{}
		if test.Response == nil {
			content = inlined{}
		}
		var got inlined
		y, err := parseRecord(7, appendRecord(nil, test, &content), &got)
		must(t, err)
		if diff := cmp.Diff(test, y); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(content, got); diff != "" {
			t.Errorf("content (-want +got):\n%s", diff)
		}
	}
	x.Request.Body.SHA256 = emptyDigest
	y, err := parseRecord(7, appendRecord(nil, x, &inlined{}), &inlined{})
	must(t, err)
	if y.Request.Body.SHA256 != emptyDigest {
		t.Error("the digest of a body in chunks is lost")
	}
}

// A field of tomorrow does not keep this program from reading what it knows.
func TestRecordOfLater(t *testing.T) {
	want := full()
	want.Request.Body.SHA256 = runnertape.Digest{}
	got, err := parseRecord(7, append(appendRecord(nil, want, &inlined{}), "later"...), &inlined{})
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// full has every field, or the tests above prove little.
func TestFullIsFull(t *testing.T) {
	text, err := json.Marshal(full())
	must(t, err)
	var fields map[string]any
	must(t, json.Unmarshal(text, &fields))
	if len(fields) != 15 {
		t.Errorf("an exchange of %d fields; put new ones into append.go, parse.go and here", len(fields))
	}
}

// Whatever is in a record, reading it ends in an error, or in what is written
// again the same way.
func FuzzParseRecord(f *testing.F) {
	content := inlined{[]byte("small"), []byte{}}
	f.Add(appendRecord(nil, full(), &content))
	f.Add(appendRecord(nil, &runnertape.Exchange{}, &inlined{}))
	f.Add([]byte("\x7f\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, record []byte) {
		var content, again inlined
		x, err := parseRecord(7, record, &content)
		if err != nil {
			return
		}
		y, err := parseRecord(7, appendRecord(nil, x, &content), &again)
		must(t, err)
		if diff := cmp.Diff(x, y); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}
