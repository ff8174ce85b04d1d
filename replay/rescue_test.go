package replay

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// offered is what a test reads of a payload.
type offered struct {
	ID      int64
	Token   string
	GitInfo struct {
		RepoURL string `json:"repo_url"`
	} `json:"git_info"`
	Variables []struct{ Key, Value string }
	Needs     []struct {
		ID    int64
		Token string
	} `json:"dependencies"`
}

// next asks for a job, and fails without one.
func (r *Replayer) next(t *testing.T, ask string) (o offered) {
	t.Helper()
	a := r.ask("POST", "/api/v4/jobs/request", ask).want(t, 201)
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return o
}

// say sends an update of a job.
func (r *Replayer) say(t *testing.T, id int64, state string) said {
	t.Helper()
	return r.ask("PUT", fmt.Sprint("/api/v4/jobs/", id), `{"state":"`+state+`"}`)
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)} }

// chained is a recording of a job and one that needs it.
func chained() *Tape {
	const token, other = "glcbt-64_job42token0000000", "glcbt-64_job43token9999999"
	return NewTape("http://gitlab.example").Add(
		handOut(`{"id":42,"token":"`+token+`","job_info":{"name":"build"},"git_info":{"repo_url":"http://gitlab-ci-token:`+token+`@gitlab.example/g/p.git"},`+
			`"variables":[{"key":"CI_JOB_ID","value":"42"},{"key":"CI_JOB_URL","value":"http://gitlab.example/g/p/-/jobs/42"},{"key":"CI_JOB_TOKEN","value":"`+token+`"}]}`),
		patch("42", "0-4", "hello", 202, "Job-Status", "running"), put("42", `{"state":"success"}`, 200, "Job-Status", "success"),
		handOut(`{"id":43,"token":"`+other+`","job_info":{"name":"test"},"dependencies":[{"id":42,"token":"`+token+`"}]}`),
		Take{Method: "GET", URL: "/api/v4/jobs/42/artifacts", Status: 200, Content: "zip"},
		put("43", `{"state":"success"}`, 200, "Job-Status", "success"),
	)
}

// A runner was killed in the middle of a job: another plays it to its end, under a number and a token of its own.
func TestLostRunner(t *testing.T) {
	at := newClock()
	r := start(t, chained(), at.now)
	first := r.next(t, "{}")
	at.forward(DefaultLostAfter - time.Second)
	r.ask("PATCH", "/api/v4/jobs/42/trace", "hel", "Content-Range", "0-2").want(t, 202)
	at.forward(DefaultLostAfter - time.Second)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
	r.say(t, 42, "running").want(t, 200) // it was only busy
	at.forward(DefaultLostAfter)

	second := r.next(t, "{}")
	if second.ID != 44 || second.Token == first.Token || len(second.Token) != len(first.Token) || second.Token[:9] != "glcbt-64_" {
		t.Errorf("the second is %+v", second)
	}
	if !strings.Contains(second.GitInfo.RepoURL, ":"+second.Token+"@") || second.Variables[0].Value != "44" ||
		!strings.HasSuffix(second.Variables[1].Value, "/-/jobs/44") || second.Variables[2].Value != second.Token {
		t.Errorf("the second is %+v", second)
	}
	// what the first still sends is refused, and harms nothing
	r.say(t, 42, "running").want(t, 403, "Job-Status", "failed")
	r.ask("PATCH", "/api/v4/jobs/42/trace", "lo", "Content-Range", "3-4").want(t, 403, "Job-Status", "failed")
	if c := r.Receipt(); c.Jobs[0].Ended || !c.Jobs[0].HandedOut || c.Jobs[0].PlayedAs != 44 {
		t.Errorf("receipt %+v", c.Jobs[0])
	}
	r.ask("PATCH", "/api/v4/jobs/44/trace", "hello", "Content-Range", "0-4").want(t, 202, "Range", "0-5")
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204) // the job after it waits for this one
	r.say(t, 44, "success").want(t, 200, "Job-Status", "success")

	// what needs it is led to it
	test := r.next(t, "{}")
	if test.ID != 43 || test.Needs[0].ID != 44 || test.Needs[0].Token != second.Token {
		t.Errorf("the job after it is %+v", test)
	}
	if a := r.ask("GET", "/api/v4/jobs/44/artifacts", "", "Job-Token", second.Token).want(t, 200); a.body != "zip" {
		t.Errorf("artifact %q", a.body)
	}
	r.say(t, 43, "success").want(t, 200)
	r.ended(t)
	c := r.Receipt()
	if j := c.Jobs[0]; !c.Same() || j.ID != 42 || j.Played != 2 || j.PlayedAs != 44 || len(j.Differences) != 1 ||
		j.Differences[0] != "job 42 lost its runner, which was silent for 1m30s: offered again as job 44" {
		t.Errorf("receipt %+v", c.Jobs[0])
	}
}

// A job whose runner is lost after somebody stopped it has ended.
func TestLostAfterStop(t *testing.T) {
	at := newClock()
	r := start(t, canceled("canceled", 202), at.now)
	r.next(t, "{}")
	r.ask("PATCH", "/api/v4/jobs/42/trace", strings.Repeat("x", 5000), "Content-Range", "0-4999").want(t, 202, "Job-Status", "canceled")
	at.forward(time.Hour)
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
	r.ended(t)
	if c := r.Receipt(); !c.Same() {
		t.Errorf("receipt %+v", c)
	}
}

// Without --lost-after a silent job stays silent; and how long it may be depends on how often it has to speak.
func TestLostAfter(t *testing.T) {
	for _, c := range []struct {
		after, interval, silent time.Duration
		status                  int
	}{
		{-1, 0, 1000 * time.Hour, 204},
		{time.Second, 0, time.Second, 201},
		{0, 0, DefaultLostAfter - 1, 204},
		{0, time.Minute, 5*time.Minute - 1, 204},
		{0, time.Minute, 5 * time.Minute, 201},
	} {
		at := newClock()
		r, err := New(job42(), Options{Now: at.now, LostAfter: c.after, TraceInterval: c.interval})
		if err != nil {
			t.Fatal(err)
		}
		r.next(t, "{}")
		at.forward(c.silent)
		r.ask("POST", "/api/v4/jobs/request", "{}").want(t, c.status)
	}
}

// A job that loses every runner has an end: GitLab does not retry for ever either.
func TestLostRunners(t *testing.T) {
	at := newClock()
	r := start(t, job42(), at.now)
	for range 1 + maxRescues {
		r.next(t, "{}")
		at.forward(DefaultLostAfter)
	}
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 204)
	r.ended(t)
	j := r.Receipt().Jobs[0]
	if want := (End{State: "failed", FailureReason: "stuck_or_timeout_failure"}); !j.Ended || j.Replayed != want || j.Same() {
		t.Errorf("receipt %+v", j)
	}
	if n := len(j.Differences); n == 0 || !strings.HasSuffix(j.Differences[n-1], "lost its runner, and is not offered again after 2 times") {
		t.Errorf("differences %q", j.Differences)
	}
}
