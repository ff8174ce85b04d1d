package replay

import (
	"slices"
	"strings"
	"testing"
)

func TestUpdateJob(t *testing.T) {
	r := start(t, job42(), nil)
	const path = "/api/v4/jobs/42"
	r.ask("PUT", path, `{"state":"running"}`).want(t, 403, "Job-Status", "pending")
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	pickup := r.ask("PUT", path, `{"state":"running","output":{}}`).want(t, 200, "Job-Status", "running")
	if pickup.body != "200" {
		t.Errorf("body %q", pickup.body)
	}
	r.ask("PUT", path, `{"state":"pending"}`).want(t, 400)
	r.ask("PUT", path, `{"state":"resting"}`).want(t, 400)
	r.ask("PUT", path, `{"state":`).want(t, 400)
	r.ask("PUT", "/api/v4/jobs/7", `{"state":"running"}`).want(t, 404, "Content-Type", "application/json")
	select {
	case <-r.Done():
		t.Fatal("done before the end")
	default:
	}
	r.ask("PUT", path, `{"state":"failed","failure_reason":"script_failure","exit_code":7,"checksum":"crc32:00000001","output":{"checksum":"crc32:00000001","bytesize":9}}`).
		want(t, 200, "Job-Status", "failed")
	r.ask("PUT", path, `{"state":"failed"}`).want(t, 403, "Job-Status", "failed")
	r.ask("PUT", path, `{"state":"running"}`).want(t, 403, "Job-Status", "failed")
	r.ended(t)

	got := r.Receipt().Jobs[0]
	if got.Recorded.State != "success" || got.Replayed != (End{"failed", "script_failure", 7}) || !got.Ended {
		t.Errorf("receipt %+v", got)
	}
	for _, want := range []string{
		"state: recorded success, replayed failed",
		`failure reason: recorded "", replayed "script_failure"`,
		"exit code: recorded 0, replayed 7",
		"trace: the runner says crc32:00000001, what it sent has crc32:00000000",
		"trace: the runner says 9 bytes, it sent 0",
	} {
		if !slices.Contains(got.Differences, want) {
			t.Errorf("no difference %q in %q", want, got.Differences)
		}
	}
}

// A recorded 202 is given again as often, but never for ever.
func TestFinalTurns(t *testing.T) {
	for _, c := range []struct{ recorded, given int }{{0, 0}, {2, 2}, {50, maxTurns}} {
		tape := NewTape("http://gitlab.example").Add(handOut(`{"id":42}`))
		for range c.recorded {
			tape.Add(put("42", `{"state":"success"}`, 202, "Job-Status", "running", headerInterval, "64"))
		}
		tape.Add(put("42", `{"state":"success"}`, 200, "Job-Status", "success"))
		r := start(t, tape, nil)
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
		for range c.given {
			r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 202, "Job-Status", "running", headerInterval, "1")
		}
		r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200, "Job-Status", "success")
		if d := r.Receipt().Jobs[0].Differences; len(d) > 0 {
			t.Errorf("%d recorded: %s", c.recorded, strings.Join(d, "; "))
		}
	}
}
