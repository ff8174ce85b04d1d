package replay

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"runnertape"
)

func TestRequestJobOnceInOrder(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		poll(), handOut(`{"id":1}`), poll(), handOut(`{"id":2}`), handOut(`{"id":3}`),
	), nil)
	for _, want := range []string{`{"id":1}`, `{"id":2}`, `{"id":3}`} {
		a := r.ask("POST", "/api/v4/jobs/request", `{"token":"glrt-anybody00000000000"}`).want(t, 201, "Content-Type", "application/json")
		if a.body != want {
			t.Errorf("got %s, want %s", a.body, want)
		}
	}
	for range 3 {
		if a := r.ask("POST", "/api/v4/jobs/request", `{}`).want(t, 204); a.body != "" {
			t.Errorf("204 with body %q", a.body)
		}
	}
	if c := r.Receipt(); c.Served != 3 || c.Synthesised != 3 || c.Missed != 0 {
		t.Errorf("receipt %+v", c)
	}
}

func TestProducersGoFirst(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":1}`),
		handOut(`{"id":2,"dependencies":[{"id":1,"token":"t"},{"id":99,"token":"not here"}]}`),
		handOut(`{"id":3}`),
	), nil)
	next := func(want string) {
		t.Helper()
		if a := r.ask("POST", "/api/v4/jobs/request", `{}`); !strings.HasPrefix(a.body, want) {
			t.Errorf("got %d %s, want %s", a.status, a.body, want)
		}
	}
	next(`{"id":1`)
	next(`{"id":3`)
	r.ask("POST", "/api/v4/jobs/request", `{}`).want(t, 204)
	r.ask("PUT", "/api/v4/jobs/1", `{"state":"success"}`).want(t, 200)
	next(`{"id":2`)
}

// A recording of two upstreams, or of one that was set up anew, has numbers twice.
func TestSameNumberTwice(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":1,"job_info":{"name":"first"}}`), put("1", `{"state":"success"}`, 200),
		handOut(`{"id":1,"job_info":{"name":"second"}}`), put("1", `{"state":"failed","exit_code":3}`, 200),
	), nil)
	r.ask("POST", "/api/v4/jobs/request", `{}`).want(t, 201)
	r.ask("POST", "/api/v4/jobs/request", `{}`).want(t, 204)
	r.ask("PUT", "/api/v4/jobs/1", `{"state":"success"}`).want(t, 200)
	if a := r.ask("POST", "/api/v4/jobs/request", `{}`).want(t, 201); !strings.Contains(a.body, "second") {
		t.Errorf("got %s", a.body)
	}
	r.ask("PUT", "/api/v4/jobs/1", `{"state":"failed","exit_code":3}`).want(t, 200)
	r.ended(t)
	for _, j := range r.Receipt().Jobs {
		if !j.Same() || len(j.Differences) > 0 {
			t.Errorf("job %+v", j)
		}
	}
}

func TestPayloadURLs(t *testing.T) {
	const payload = `{"id":1,"git_info":{"repo_url":"http://gitlab-ci-token:secret@gitlab.example/root/grp/proj.git"},` +
		`"variables":[{"key":"CI_SERVER_URL","value":"http://gitlab.example/root"},{"key":"X","value":"http://elsewhere.example/root"}],"run":"[]"}`
	tape := func() *Tape {
		x := handOut(payload)
		x.URL = "/root/api/v4/jobs/request"
		return NewTape("http://gitlab.example").Add(x)
	}
	t.Run("reverse", func(t *testing.T) {
		r := start(t, tape(), nil)
		a := r.ask("POST", "/mine/api/v4/jobs/request", "{}").want(t, 201)
		want := strings.ReplaceAll(payload, "gitlab.example/root", "127.0.0.1:8090/mine")
		if a.body != want {
			t.Errorf("got  %s\nwant %s", a.body, want)
		}
	})
	t.Run("forward", func(t *testing.T) {
		r := start(t, tape(), nil)
		if a := r.askAt("POST", "http://gitlab.example", "/root/api/v4/jobs/request", "{}").want(t, 201); a.body != payload {
			t.Errorf("changed: %s", a.body)
		}
	})
	t.Run("connect", func(t *testing.T) {
		r := start(t, tape(), nil)
		if a := r.askAt("POST", "https://gitlab.example", "/root/api/v4/jobs/request", "{}").want(t, 201); a.body != payload {
			t.Errorf("changed: %s", a.body)
		}
	})
}

func TestPackedPayload(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(`{"id":5}`))
	z.Close()
	k := handOut(b.String())
	k.Answer = append(k.Answer, "Content-Encoding", "gzip")
	r := start(t, NewTape("http://gitlab.example").Add(k), nil)
	if a := r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201, "Content-Encoding", ""); a.body != `{"id":5}` {
		t.Errorf("got %q", a.body)
	}
}

// What was not the upstream's whole answer is never given as such.
func TestUnusablePayloads(t *testing.T) {
	for name, edit := range map[string]func(*runnertape.Exchange){
		"ours":      func(x *runnertape.Exchange) { x.Response.Ours = true },
		"truncated": func(x *runnertape.Exchange) { x.Response.Body.Truncated = true },
		"failed":    func(x *runnertape.Exchange) { x.Failure = &runnertape.Failure{Side: runnertape.RequestSide} },
		"in flight": func(x *runnertape.Exchange) { x.State = runnertape.InFlight },
		"not kept":  func(x *runnertape.Exchange) { x.Response.Body.Stored = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			k := handOut(`{"id":1}`)
			k.Edit = edit
			r := start(t, NewTape("http://gitlab.example").Add(k), nil)
			r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
			if c := r.Receipt(); c.Recording.Skipped != 1 || len(c.Jobs) != 0 {
				t.Errorf("receipt %+v", c)
			}
			r.ended(t)
		})
	}
}

// If the recording cannot be read, the job is not lost.
func TestBrokenRecording(t *testing.T) {
	tape := job42()
	r := start(t, tape, nil)
	tape.broken = true
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 500)
	tape.broken = false
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
}
