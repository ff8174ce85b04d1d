package redact

import (
	"bytes"
	"compress/gzip"
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
