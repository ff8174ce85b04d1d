package replay

import (
	"testing"
)

const twoPhase = `{"info":{"features":{"two_phase_job_commit":true}}}`

// A runner since 18.5 says that it takes a job before all else; until then the job is pending, also if it was
// recorded of an older one.
func TestTwoPhases(t *testing.T) {
	r := start(t, job42(), nil)
	r.next(t, twoPhase)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "hello", "Content-Range", "0-4").want(t, 403, "Job-Status", "pending")
	r.say(t, 42, "pending").want(t, 200, "Job-Status", "pending")
	r.say(t, 42, "success").want(t, 400, "Job-Status", "pending")
	if c := r.Receipt(); c.Jobs[0].Replayed.State != "pending" || !c.Jobs[0].HandedOut {
		t.Errorf("receipt %+v", c.Jobs[0])
	}
	r.say(t, 42, "running").want(t, 200, "Job-Status", "running")
	r.say(t, 42, "pending").want(t, 400)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "hello", "Content-Range", "0-4").want(t, 202)
	r.say(t, 42, "success").want(t, 200, "Job-Status", "success")
	r.ended(t)
}

// One that never says so leaves the job to another.
func TestNeverTaken(t *testing.T) {
	at := newClock()
	r := start(t, job42(), at.now)
	r.next(t, twoPhase)
	at.forward(DefaultLostAfter - 1)
	r.say(t, 42, "pending").want(t, 200) // it prepares
	at.forward(DefaultLostAfter - 1)
	r.ask("POST", "/api/v4/jobs/request", twoPhase).want(t, 204)
	at.forward(1)
	if o := r.next(t, twoPhase); o.ID != 43 {
		t.Errorf("job %d", o.ID)
	}
	r.say(t, 42, "running").want(t, 403, "Job-Status", "failed")
	r.say(t, 43, "running").want(t, 200)
	r.say(t, 43, "success").want(t, 200)
	r.ended(t)
	c := r.Receipt()
	if d := c.Jobs[0].Differences; !c.Same() || len(d) != 1 || d[0] != "job 42 was not taken for 1m30s by the runner that got it: offered again as job 43" {
		t.Errorf("differences %q", d)
	}
}
