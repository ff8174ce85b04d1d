package replay

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestReceipt(t *testing.T) {
	r := start(t, job42().Add(handOut(`{"id":43,"job_info":{"name":"test"}}`), put("43", `{"state":"failed","exit_code":7}`, 200)), nil)
	before := r.Receipt()
	if len(before.Unused) != 2 || before.Jobs[0].HandedOut || before.Jobs[0].Replayed.State != "pending" {
		t.Errorf("before: %+v", before)
	}
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "hello", "Content-Range", "0-4").want(t, 202)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	r.ask("GET", "/nowhere", "").want(t, 404)
	c := r.Receipt()
	if !c.Jobs[0].Same() || c.Jobs[0].RecordedLog != 5 || c.Jobs[0].TraceBytes != 5 || len(c.Unused) != 1 || c.Unused[0] != 43 {
		t.Errorf("after: %+v", c)
	}
	text := c.Summary()
	for _, want := range []string{
		"2 jobs recorded, 1 handed out, 1 ended as recorded; 1 served, 2 synthesised, 1 missed\n",
		"job 42 \"build\": success, as recorded, trace 5 bytes\n",
		"job 43 \"test\": nobody asked for it\n",
		"missed GET /nowhere: no GET of that address was recorded\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"recording":{`, `"served":1`, `"recorded":{"state":"success"}`, `"handed_out":true`, `"unused":[43]`} {
		if !strings.Contains(string(b), key) {
			t.Errorf("no %s in %s", key, b)
		}
	}
}

// What the runner writes is shown quoted: no control character reaches a terminal.
func TestSummaryIsPrintable(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":1,"job_info":{"name":"a\u001b[31mb"}}`), patch("1", "0-4", "hello", 202), put("1", `{"state":"success"}`, 200)), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}")
	body, contentType := multipartOf("file", "x", "y")
	r.ask("POST", "/api/v4/jobs/1/artifacts?artifact_type=%1b[2J", body, "Content-Type", contentType)
	r.ask("PUT", "/api/v4/jobs/1", `{"state":"failed","failure_reason":"\u001b[2J","checksum":"crc32:\u001b"}`)
	r.ask("GET", "/%1b[2J", "")
	r.ask("POST", "/grp/proj.git/git-upload-pack", "0010command=\x1b[2J")
	if text := r.Receipt().Summary(); strings.Contains(text, "\x1b") {
		t.Errorf("escape in %q", text)
	}
}

// Where no end was recorded there is nothing to end otherwise than, and where nothing but an end was, artifacts are no difference.
func TestNoRecordedEnd(t *testing.T) {
	ask := func(tape *Tape, end string) JobReceipt {
		t.Helper()
		r := start(t, tape, nil)
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
		r.ask("PATCH", "/api/v4/jobs/1/trace", "hello", "Content-Range", "0-4").want(t, 202)
		body, contentType := multipartOf("file", "artifacts.zip", "content")
		r.ask("POST", "/api/v4/jobs/1/artifacts", body, "Content-Type", contentType).want(t, 201)
		r.ask("PUT", "/api/v4/jobs/1", end).want(t, 200)
		c := r.Receipt()
		if c.Same() != c.Jobs[0].Same() {
			t.Errorf("%+v", c)
		}
		return c.Jobs[0]
	}
	minted := func() *Tape {
		return NewTape("http://gitlab.example").Add(handOut(`{"id":1,"job_info":{"name":"minted"}}`))
	}
	success, failed := `{"state":"success"}`, `{"state":"failed","failure_reason":"script_failure","exit_code":3}`
	for _, c := range []struct {
		recorded, end string
		same          bool
		differences   int
		says          string
	}{
		{"", success, true, 0, "success, no recorded end, trace 5 bytes"},
		{"", failed, true, 0, "failed (exit code 3), no recorded end, trace 5 bytes"},
		{failed, failed, true, 0, "failed (exit code 3), as recorded, trace 5 bytes"},
		{success, failed, false, 3, "failed (exit code 3), trace 5 bytes"},
	} {
		tape := minted()
		if c.recorded != "" {
			tape.Add(put("1", c.recorded, 200))
		}
		j := ask(tape, c.end)
		if j.Same() != c.same || len(j.Differences) != c.differences || j.words() != c.says || len(j.Uploads) != 1 {
			t.Errorf("recorded %q, ended %q: %v %q %q", c.recorded, c.end, j.Same(), j.Differences, j.words())
		}
	}
	r := start(t, minted(), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	if c := r.Receipt(); c.Same() || strings.Contains(c.Summary(), "with no recorded end") {
		t.Errorf("one that has not ended: %s", c)
	}
	r.ask("PUT", "/api/v4/jobs/1", success).want(t, 200)
	if c := r.Receipt(); !strings.HasPrefix(c.Summary(), "1 job recorded, 1 handed out, 0 ended as recorded, 1 with no recorded end; ") {
		t.Errorf("%s", c)
	}
}
