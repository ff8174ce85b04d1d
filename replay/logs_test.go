package replay

import (
	"fmt"
	"strings"
	"testing"

	"runnertape/logdiff"
)

// logged is a recording of a job whose log came in pieces, one of them twice.
func logged(pieces ...string) *Tape {
	tape := NewTape("http://gitlab.example").Add(handOut(`{"id":42,"token":"glcbt-64_job42token0000000","job_info":{"name":"build"}}`))
	at := 0
	for i, p := range pieces {
		take := patch("42", fmt.Sprintf("%d-%d", at, at+len(p)-1), p, 202, "Job-Status", "running")
		tape.Add(take)
		if i == 0 {
			tape.Add(take)
		}
		at += len(p)
	}
	return tape.Add(put("42", `{"state":"success"}`, 200, "Job-Status", "success"))
}

// replayLog runs the recorded job with another log.
func replayLog(t *testing.T, tape *Tape, log string) JobReceipt {
	t.Helper()
	r := start(t, tape, nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	for at := 0; at < len(log); {
		end := min(at+maxPatch/4, len(log))
		r.ask("PATCH", "/api/v4/jobs/42/trace", log[at:end], "Content-Range", fmt.Sprintf("%d-%d", at, end-1)).want(t, 202)
		at = end
	}
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	receipt := r.Receipt() // waits for the comparison
	if n := r.texts.Load(); n != 0 {
		t.Errorf("%d bytes of traces are still counted", n)
	}
	return receipt.Jobs[0]
}

func TestLogs(t *testing.T) {
	tape := logged("one\ntw", "o\nthree\n")
	if j := replayLog(t, tape, "one\ntwo\nthree\n"); j.Log == nil || !j.Log.Same() || j.logWords() != "" {
		t.Errorf("the same log differs: %+v", j.Log)
	}
	j := replayLog(t, tape, "one\n2\nthree\n")
	if j.Log == nil || strings.Join(j.Log.Lines, " ") != "-two +2" {
		t.Errorf("another line: %+v", j.Log)
	}
	if want := `log: scripts wrote other lines, 1 only then, 1 only now, as "-two"`; j.logWords() != want {
		t.Errorf("%s\nwant %s", j.logWords(), want)
	}
}

// Of long logs the beginning is compared, and no more is kept.
func TestLogsLong(t *testing.T) {
	long := strings.Repeat("all the same\n", 3*logdiff.MaxLog/13)
	if j := replayLog(t, logged(long), long+"and more\n"); j.Log == nil || !j.Log.Same() {
		t.Errorf("%+v", j.Log)
	}
}

// What there is no room for is not compared, and nothing is said of it.
func TestLogsRoom(t *testing.T) {
	r := start(t, logged("one\n"), nil)
	r.texts.Store(maxTexts - 10)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "one\ntwo\n", "Content-Range", "0-7").want(t, 202)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "three\n", "Content-Range", "8-13").want(t, 202)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	if j := r.Receipt().Jobs[0]; j.Log != nil {
		t.Errorf("compared: %+v", j.Log)
	}
	if n := r.texts.Load(); n != maxTexts-10 {
		t.Errorf("%d bytes are counted too many", n-maxTexts+10)
	}
}

// The recorded log is not there any more: that is said, and nothing else is hurt.
func TestLogsGone(t *testing.T) {
	tape := logged("one\n")
	r := start(t, tape, nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	tape.broken = true
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200)
	j := r.Receipt().Jobs[0]
	if j.Log != nil || len(j.Differences) != 1 || j.Differences[0] != "log: not compared: exchange 2: broken tape" {
		t.Errorf("%+v, %q", j.Log, j.Differences)
	}
}
