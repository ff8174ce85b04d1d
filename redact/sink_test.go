package redact

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

const token = "glcbt-64_abcdefGHIJ0123456789"

// sunk is what a call becomes.
func sunk(t *testing.T, r *Redactor, c call) (x *runnertape.Exchange, request, response string) {
	t.Helper()
	next := newMemory()
	drive(t, newRandom(1), NewSink(next, r, decode.NewDecoder(), nil), 1, c)
	return next.final[1], string(next.bodies[bodyKey(1, runnertape.RequestSide)]), string(next.bodies[bodyKey(1, runnertape.ResponseSide)])
}

func jobAnswer(answer []byte, header ...string) call {
	return call{method: "POST", target: "/api/v4/jobs/request", status: 201, response: append(header, "Content-Type", "application/json"), answer: answer}
}

func TestSinkBodies(t *testing.T) {
	packed := func(s string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(s))
		z.Close()
		return b.Bytes()
	}
	standIn := knowing(testKey, []string{token}).StandIn(token)
	tests := []struct {
		name      string
		call      call
		want      string // the answer that is kept, unpacked
		rewritten bool
	}{
		{"json", jobAnswer([]byte(`{"id":1,"token":"` + token + `"}`)), `{"id":1,"token":"` + standIn + `"}`, false},
		{"escaped", jobAnswer([]byte(`{"token":"\u0067lcbt-64_abcdef\u0047HIJ0123456789"}`)), "", false},
		{"duplicate", jobAnswer([]byte(`{"token":"` + token + `","token":"other-one-1"}`)), "", false},
		{"more behind", jobAnswer([]byte(`{"token":"` + token + `"} ` + token)), `{"token":"` + standIn + `"} ` + standIn, false},
		{"broken off", jobAnswer([]byte(`{"id":12,"variables":[{"key":"A","value":"hunter2hunt`)), `{"id":12,"variables":[{"key":"X","value":"xxxxxx7xxxx`, false},
		{"no json", jobAnswer([]byte("<html>" + token)), "<html>" + standIn, false},
		{"gzip", jobAnswer(packed(`{"token":"`+token+`"}`), "Content-Encoding", "gzip"), `{"token":"` + standIn + `"}`, true},
		{"gzip without", jobAnswer(packed(`{"id":1}`), "Content-Encoding", "gzip"), `{"id":1}`, false},
		{"gzip broken", jobAnswer(packed(`{"token":"` + token + `"}`)[:30], "Content-Encoding", "gzip"), "", true},
		{"other coding", jobAnswer([]byte("abcdef"), "Content-Encoding", "br"), "", true},
		{"too long", jobAnswer(bytes.Repeat([]byte(" "), decode.MaxMessage+1)), "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x, _, got := sunk(t, knowing(testKey, []string{token}), test.call)
			if x.Response.Body.Rewritten != test.rewritten {
				t.Errorf("rewritten is %t", x.Response.Body.Rewritten)
			}
			plain, err := decode.Plain(x.Response.Header, []byte(got), decode.MaxMessage)
			if got != "" && err != nil {
				t.Fatal(err)
			}
			if test.want != "" && string(plain) != test.want || test.want == "" && test.rewritten && got != "" {
				t.Errorf("kept %q", plain)
			}
			if !test.rewritten && len(got) != len(test.call.answer) {
				t.Errorf("%d bytes became %d", len(test.call.answer), len(got))
			}
			if strings.Contains(got, token) || strings.Contains(got, "abcdef") {
				t.Errorf("the token is left in %q", got)
			}
		})
	}
}

// Text that is packed is looked into whatever its type is called, and not kept if that cannot be; a piece of a
// trace is text always.
func TestSinkPackedText(t *testing.T) {
	zipped := func(name string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Name = name
		fmt.Fprint(z, "say ", name, token)
		z.Close()
		return b.Bytes()
	}
	const trace = "/api/v4/jobs/7/trace"
	for _, test := range []struct{ target, media, coding, want string }{
		{trace, "text/plain", "gzip", "say "},
		{trace, "application/octet-stream", "gzip", "say "},
		{trace, "application/octet-stream", "br", ""},
		{trace, "", "identity, gzip", "say "},
		{trace, "text/plain", "gzip, gzip", ""},
		{"/x", "application/xml; charset=utf-8", "gzip", "say "},
		{"/x", "application/yaml", "deflate", ""},
		{"/x", "text/html", "gzip", "say "},
		{"/x", "", "x-gzip", "say "},
	} {
		for _, name := range []string{"", token} {
			t.Run(fmt.Sprint(test, name), func(t *testing.T) {
				r := knowing(testKey, []string{token})
				header := []string{"Content-Encoding", test.coding}
				if test.media != "" {
					header = append(header, "Content-Type", test.media)
				}
				x, kept, _ := sunk(t, r, call{method: "PATCH", target: test.target, status: 202, request: header, body: zipped(name)})
				plain, err := decode.Plain(x.Request.Header, []byte(kept), decode.MaxMessage)
				if err != nil && kept != "" {
					t.Fatal(err)
				}
				want := ""
				if test.want != "" {
					want = test.want + strings.Repeat(r.StandIn(token), 1+len(name)/len(token))
				}
				if string(plain) != want || !x.Request.Body.Rewritten || strings.Contains(kept, token) {
					t.Errorf("rewritten %t, kept %q", x.Request.Body.Rewritten, plain)
				}
			})
		}
	}
}

// A packed body may have a secret beside what it packs, which is then replaced too late or never: it is packed again.
func TestSinkPackedName(t *testing.T) {
	for _, head := range []gzip.Header{{Name: token}, {Comment: token}, {Extra: []byte(token)}} {
		for _, before := range []string{"", "[]"} {
			var b bytes.Buffer
			for _, text := range []string{before, "{}"} {
				z := gzip.NewWriter(&b)
				if text != before {
					z.Header = head
				}
				z.Write([]byte(text))
				z.Close()
			}
			x, _, kept := sunk(t, New(testKey), jobAnswer(b.Bytes(), "Content-Encoding", "gzip"))
			if plain, err := decode.Plain(x.Response.Header, []byte(kept), 99); err != nil || string(plain) != before+"{}" || strings.Contains(kept, token) {
				t.Errorf("%v: kept %q: %q %v", head, kept, plain, err)
			}
		}
	}
}

// What the answer declares is also replaced in the request that came before.
func TestSinkRequestAfterResponse(t *testing.T) {
	c := jobAnswer([]byte(`{"token":"` + token[:9] + `zzzzAAAA00001111bbbb"}`))
	c.request, c.body = []string{"Content-Type", "application/json"}, []byte(`{"last_update":"zzzzAAAA0000 `+token[:9]+`zzzzAAAA00001111bbbb"}`)
	if _, request, _ := sunk(t, New(testKey), c); strings.Contains(request, "00001111bbbb") {
		t.Errorf("left in %s", request)
	}
}

// A runner that has read the last byte of a job uses its token at once, before
// the exchange has ended.
func TestSinkLearnsBeforeTheEnd(t *testing.T) {
	secret := "noPrefix0123456789xy"
	for _, declared := range []bool{true, false} {
		r, next := New(testKey), newMemory()
		sink := NewSink(next, r, decode.NewDecoder(), nil)
		answer := []byte(`{"id":1,"token":"` + secret + `"}`)
		x := &runnertape.Exchange{
			ID: 1, State: runnertape.InFlight, Request: runnertape.Request{Method: "POST", Target: "/api/v4/jobs/request"},
			Response: &runnertape.Response{Status: 201},
		}
		if declared {
			x.Response.Body.Declared = int64(len(answer))
		}
		if err := sink.Put(x); err != nil {
			t.Fatal(err)
		}
		for i := range answer {
			if err := sink.Write(1, runnertape.ResponseSide, answer[i:i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if got := r.String(secret); got == secret {
			t.Error("the token is not known yet")
		}
	}
}

// JSON that is too long to be held, of no call of the protocol, becomes a stream.
func TestSinkLongJSON(t *testing.T) {
	body := `["` + strings.Repeat("a", decode.MaxMessage) + token + `"]`
	c := call{method: "GET", target: "/api/v4/projects", status: 200, response: []string{"Content-Type", "application/json"}, answer: []byte(body)}
	x, _, got := sunk(t, New(testKey), c)
	if x.Response.Body.Rewritten || len(got) != len(body) || strings.Contains(got, token) || !strings.HasPrefix(got, `["aaa`) {
		t.Errorf("%d bytes of %d are kept", len(got), len(body))
	}
}

func TestSinkErrors(t *testing.T) {
	sink := NewSink(newMemory(), New(testKey), decode.NewDecoder(), nil)
	if err := sink.Write(9, runnertape.RequestSide, nil); err == nil || !strings.Contains(err.Error(), "exchange 9") {
		t.Errorf("error %v", err)
	}
}

// Words that are in paths of the protocol may be values of variables.
func TestTargetStays(t *testing.T) {
	r := knowing(testKey, []string{"api/v4/jobs/1001", "artifacts"})
	q := &runnertape.Request{Method: "GET", Target: "/api/v4/jobs/1001/artifacts?private_token=artifacts"}
	if got := r.target(decode.DownloadArtifacts, q.Target); !strings.HasPrefix(got, q.Path()+"?private_token=") || strings.HasSuffix(got, "artifacts") {
		t.Errorf("target %s", got)
	}
}

// broken is a Next that fails at a body of an exchange that has ended.
type broken struct{ nowhere }

func (broken) Write(uint64, runnertape.Side, []byte) error { return errors.New("disk full") }

// What has ended is let go of, also if it could not be kept.
func TestSinkLetsGo(t *testing.T) {
	r := New(testKey)
	sink := NewSink(broken{}, r, decode.NewDecoder(), nil)
	for id := range uint64(100) {
		x := &runnertape.Exchange{ID: id, State: runnertape.InFlight, Request: runnertape.Request{Method: "POST", Target: "/api/v4/jobs/request"}}
		if err := sink.Put(x); err != nil {
			t.Fatal(err)
		}
		if err := sink.Write(id, runnertape.RequestSide, fmt.Appendf(nil, `{"token":"%s%d"}`, token, id)); err != nil {
			t.Fatal(err)
		}
	}
	if len(sink.live) != 100 {
		t.Errorf("%d exchanges are in flight", len(sink.live))
	}
	for id := range uint64(100) {
		x := &runnertape.Exchange{ID: id, State: runnertape.Done, Request: runnertape.Request{Method: "POST", Target: "/api/v4/jobs/request"}}
		if err := sink.Put(x); err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Fatalf("error %v", err)
		}
	}
	if len(sink.live) != 0 || len(sink.unused) > maxUnused {
		t.Errorf("%d exchanges are in flight, %d are kept", len(sink.live), len(sink.unused))
	}
	for _, s := range r.secrets {
		if s.holders != 0 {
			t.Errorf("%d hold %s", s.holders, s.value)
		}
	}
}

// What is put belongs to the Sink, but its header lists stay as they are.
func TestSinkKeepsHeaders(t *testing.T) {
	next := newMemory()
	sink := NewSink(next, New(testKey), decode.NewDecoder(), nil)
	h := fields([]string{"Job-Token", token, "Via", "1.1 " + token, "Host", "h"})
	same := h.Clone()
	for _, state := range []runnertape.State{runnertape.InFlight, runnertape.Done} {
		x := &runnertape.Exchange{ID: 1, State: state, Request: runnertape.Request{Target: "/?a=" + token, Header: h}, Response: &runnertape.Response{Header: h}}
		if err := sink.Put(x); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(h, same) {
		t.Errorf("header %v", h)
	}
	if bytes.Contains(next.all.Bytes(), []byte(token)) {
		t.Errorf("the token is left in %s", next.all.Bytes())
	}
}

// A poll that is remembered is redacted anew when a secret was learned since, in time
// for the same exchange too, and its own secrets are still known.
func TestSinkPolls(t *testing.T) {
	r, next := New(testKey), newMemory()
	sink := NewSink(next, r, decode.NewDecoder(), nil)
	late := "late-secret-0123456789"
	poll := call{method: "POST", target: "/api/v4/jobs/request", body: []byte(`{"token":"` + token + `","last_update":"` + late + `"}`), status: 204}
	for id := range uint64(300) {
		switch id {
		case 100:
			r.Learn(late)
		case 200:
			poll.body = []byte(`{"token":"` + token + `","last_update":"` + late + `","n":2}`)
			poll.status, poll.answer = 201, []byte(`{"id":1,"token":"`+late+`+"}`)
		}
		drive(t, newRandom(id), sink, id, poll)
		got := next.bodies[bodyKey(id, runnertape.RequestSide)]
		if want := r.redactJSON(bytes.Clone(poll.body), len(poll.body)); !bytes.Equal(got, want) || bytes.Contains(got, []byte(late)) != (id < 100) {
			t.Fatalf("exchange %d: %s, want %s", id, got, want)
		}
	}
	if len(sink.polls) != 2 {
		t.Errorf("%d polls are known", len(sink.polls))
	}
	for id := range uint64(maxPolls * 2) {
		poll.body = fmt.Appendf(nil, `{"token":"%s","last_update":"%d"}`, token, id)
		drive(t, newRandom(id), sink, 1000+id, poll)
	}
	if n := len(sink.polls); n == 0 || n > maxPolls {
		t.Errorf("%d polls are known", n)
	}
}

// A runner says the checksum of its trace, which cannot be had from a trace with stand-ins.
func TestSinkKeepsChecksumOfTrace(t *testing.T) {
	log := strings.Repeat("log in with "+token+"\n", 100)
	patch := call{method: "PATCH", target: "/api/v4/jobs/1/trace", request: []string{"Content-Type", "text/plain"}, body: []byte(log), status: 202}
	want := runnertape.CRC32{Sum: crc32.ChecksumIEEE([]byte(log)), Known: true}
	x, kept, _ := sunk(t, knowing(testKey, []string{token}), patch)
	if x.Request.Body.CRC32 != want || kept == log {
		t.Errorf("the checksum is %s, want %s, of %d bytes", x.Request.Body.CRC32, want, len(kept))
	}
	if x, _, _ := sunk(t, nil, patch); x.Request.Body.CRC32.Known {
		t.Error("a checksum of what is kept as it is")
	}
	patch.method = "POST"
	if x, _, _ := sunk(t, knowing(testKey, []string{token}), patch); x.Request.Body.CRC32.Known {
		t.Error("a checksum of what is no trace")
	}
}
