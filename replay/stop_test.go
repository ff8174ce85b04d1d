package replay

import (
	"strings"
	"testing"
	"time"
)

func TestReached(t *testing.T) {
	for _, c := range []struct {
		name string
		stop stop
		size int64
		age  time.Duration
		want bool
	}{
		{"at pickup", stop{pickup: true}, 0, 0, true},
		{"nothing yet", stop{bytes: 900, after: time.Minute}, 0, 0, false},
		{"as long", stop{bytes: 900, after: time.Minute}, 900, time.Second, true},
		{"a shorter preamble", stop{bytes: 900, after: time.Minute}, 700, time.Second, true},
		{"too short", stop{bytes: 900, after: time.Minute}, 600, time.Second, false},
		{"too short, long trace", stop{bytes: 1 << 20, after: time.Minute}, 1<<20 - 600, time.Second, false},
		{"as late", stop{bytes: 900, after: time.Minute}, 10, time.Minute, true},
		{"no times", stop{bytes: 900}, 10, time.Hour, false},
	} {
		if got := c.stop.reached(c.size, c.age); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// clock is a clock that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) forward(d time.Duration) { c.at = c.at.Add(d) }

func canceled(status string, code int) *Tape {
	return NewTape("http://gitlab.example").Add(
		handOut(`{"id":42}`),
		patch("42", "0-999", strings.Repeat("x", 1000), 202, "Job-Status", "running"),
		patch("42", "1000-1999", strings.Repeat("x", 1000), code, "Job-Status", status),
		patch("42", "2000-2004", "after", 202, "Job-Status", status),
		put("42", `{"state":"failed","failure_reason":"unknown_failure"}`, 200, "Job-Status", "canceled"),
	)
}

func TestCancelGracefully(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	r := start(t, canceled("canceling", 202), c.now)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"running"}`).want(t, 200, "Job-Status", "running")
	r.ask("PATCH", "/api/v4/jobs/42/trace", strings.Repeat("x", 900), "Content-Range", "0-899").want(t, 202, "Job-Status", "running")
	r.ask("PATCH", "/api/v4/jobs/42/trace", strings.Repeat("x", 900), "Content-Range", "900-1799").want(t, 202, "Job-Status", "canceling", "Range", "0-1800")
	r.ask("PATCH", "/api/v4/jobs/42/trace", "after", "Content-Range", "1800-1804").want(t, 202, "Job-Status", "canceling")
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"running"}`).want(t, 200, "Job-Status", "canceling")
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"failed","failure_reason":"unknown_failure"}`).want(t, 200, "Job-Status", "canceled")
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"failed"}`).want(t, 403, "Job-Status", "canceled")
	if j := r.Receipt().Jobs[0]; j.Replayed.State != "canceled" || len(j.Differences) > 0 || !j.Same() {
		t.Errorf("receipt %+v", j)
	}
}

func TestCancelAtOnce(t *testing.T) {
	for _, code := range []int{202, 403} {
		c := &clock{time.Unix(1e9, 0)}
		r := start(t, canceled("canceled", code), c.now)
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
		r.ask("PATCH", "/api/v4/jobs/42/trace", "x", "Content-Range", "0-0").want(t, 202, "Job-Status", "running")
		c.forward(time.Minute) // longer than the recorded one had
		r.ask("PATCH", "/api/v4/jobs/42/trace", "x", "Content-Range", "1-1").want(t, code, "Job-Status", "canceled")
		r.ask("PATCH", "/api/v4/jobs/42/trace", "x", "Content-Range", "1-1").want(t, 403, "Job-Status", "canceled")
		kept := map[int]int64{202: 2, 403: 1}[code] // what met a refusal is not appended
		if j := r.Receipt().Jobs[0]; j.Replayed.State != "canceled" || j.Ended || j.TraceBytes != kept {
			t.Errorf("receipt %+v", j)
		}
		r.ask("PUT", "/api/v4/jobs/42", `{"state":"failed","failure_reason":"unknown_failure"}`).want(t, 403, "Job-Status", "canceled")
		r.ended(t)
		if j := r.Receipt().Jobs[0]; len(j.Differences) > 0 {
			t.Errorf("differences %q", j.Differences)
		}
	}
}

// Runners since 18.5 drop a job that is canceled at pickup, and say no more.
func TestCancelAtPickup(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":42}`),
		put("42", `{"state":"running","output":{}}`, 403, "Job-Status", "canceled"),
	), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"running","output":{}}`).want(t, 403, "Job-Status", "canceled")
	r.ended(t)
	if j := r.Receipt().Jobs[0]; !j.Same() {
		t.Errorf("receipt %+v", j)
	}
}

// A job that GitLab had dropped when the runner came to its end.
func TestDroppedAtTheEnd(t *testing.T) {
	r := start(t, NewTape("http://gitlab.example").Add(
		handOut(`{"id":42}`),
		put("42", `{"state":"success"}`, 403, "Job-Status", "failed"),
	), nil)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 403, "Job-Status", "failed")
	r.ended(t)
	if j := r.Receipt().Jobs[0]; j.Recorded.State != "failed" || !j.Same() {
		t.Errorf("receipt %+v", j)
	}
}

func TestCancelMissed(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	r := start(t, canceled("canceling", 202), c.now)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "x", "Content-Range", "0-0").want(t, 202, "Job-Status", "running")
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"success"}`).want(t, 200, "Job-Status", "success")
	d := strings.Join(r.Receipt().Jobs[0].Differences, "\n")
	for _, want := range []string{"state: recorded canceled, replayed success", "ended before it had come to where it was told canceling"} {
		if !strings.Contains(d, want) {
			t.Errorf("no %q in %q", want, d)
		}
	}
}
