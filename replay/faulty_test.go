package replay

import (
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"
	"time"

	"runnertape/faults"
)

// faultyReplay replays a tape under the rules of a fault file.
func faultyReplay(t *testing.T, tape *Tape, rules string, change ...func(*Options)) *Replayer {
	t.Helper()
	parsed, err := faults.Parse("f", rules)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Faults: faults.NewSet(1, parsed)}
	for _, f := range change {
		f(&o)
	}
	r, err := New(tape, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const (
	requestJob = "/api/v4/jobs/request"
	job42Trace = "/api/v4/jobs/42/trace"
	job42Put   = "/api/v4/jobs/42"
)

// takeJob gets the job that is next.
func (r *Replayer) takeJob(t *testing.T) {
	t.Helper()
	r.ask("POST", requestJob, `{"info":{"features":{"cancel_gracefully":true}}}`).want(t, 201)
}

func TestFaultStatus(t *testing.T) {
	r := faultyReplay(t, job42(), "request_job: 503 twice retry-after=5 ratelimit-reset=1s\npatch_trace: 416 once\nupdate_job final: 202 once\nupdate_job final: 412 once",
		func(o *Options) { o.Now = func() time.Time { return time.Unix(1e9, 0) } })
	got := r.ask("POST", requestJob, "{}").want(t, 503, "Retry-After", "5", "RateLimit-ResetTime", "Sun, 09 Sep 2001 01:46:41 GMT", "Content-Type", "text/html")
	if !strings.Contains(got.body, "<h1>503 Service Unavailable</h1>") {
		t.Error(got.body)
	}
	r.ask("POST", requestJob, "{}").want(t, 503)
	r.takeJob(t)
	// The range is that of what this runner sent.
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 416, "Range", "0-0", "Job-Status", "")
	r.ask("PATCH", job42Trace, "hallo", "Content-Range", "0-4").want(t, 202, "Range", "0-5")
	r.ask("PUT", job42Put, `{"state":"success"}`).want(t, 202, "X-GitLab-Trace-Update-Interval", "1")
	// What a server answers with 412 it has no trace of any more.
	r.ask("PUT", job42Put, `{"state":"success"}`).want(t, 412)
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "5-9").want(t, 416, "Range", "0-0")
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 202, "Range", "0-5")
	r.ask("PUT", job42Put, `{"state":"success","output":{"checksum":"crc32:3610a686","bytesize":5}}`).want(t, 200)
	r.ended(t)
	c := r.Receipt()
	if log := c.Jobs[0].Log; log == nil || log.Added > 0 || log.Removed > 0 {
		t.Errorf("the log that the server lost is compared: %+v", log)
	}
	if c.Faulted != 5 || len(c.Jobs[0].Differences) > 0 || c.Faults == nil || c.Faults.Rules[0].Delivered != 2 {
		t.Errorf("receipt %+v", c)
	}
	for _, want := range []string{
		"fault f:1: request_job: 503 twice retry-after=5 ratelimit-reset=1s: happened 2 times\n",
		"fault f:2: patch_trace: 416 once: happened 1 time: job 42 (1)\n",
	} {
		if !strings.Contains(c.Summary(), want) {
			t.Errorf("%q is not in\n%s", want, c.Summary())
		}
	}
}

// What is lost is the request, or the answer only.
func TestFaultTaken(t *testing.T) {
	r := faultyReplay(t, job42(), "patch_trace: 502 once\npatch_trace: 504 taken once\nupdate_job final: 502 taken once")
	r.takeJob(t)
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 502)
	if n := r.Receipt().Jobs[0].TraceBytes; n != 0 {
		t.Errorf("%d bytes of a patch that did not arrive", n)
	}
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 504, "Range", "")
	if n := r.Receipt().Jobs[0].TraceBytes; n != 5 {
		t.Errorf("%d bytes of a patch whose answer was lost", n)
	}
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 202, "Range", "0-5") // the same again
	r.ask("PUT", job42Put, `{"state":"success"}`).want(t, 502, "Job-Status", "")
	select {
	case <-r.Done():
		t.Error("done, though no runner knows")
	default:
	}
	r.ask("PUT", job42Put, `{"state":"success"}`).want(t, 403, "Job-Status", "success")
	r.ended(t)
}

func TestFaultRange(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{"patch_trace when offset=5: 416 range=0-999999", "0-999999"},
		{"patch_trace when offset=5: 416 range=+7", "0-12"},
		{"patch_trace when offset=5: 416 range=none", ""},
		{"patch_trace when offset=5: 416 forget", "0-0"},
		{"patch_trace when offset=5: answer range=none", ""},
		{"patch_trace when offset=5: answer range=+1", "0-11"},
	} {
		r := faultyReplay(t, job42(), c.rule)
		r.takeJob(t)
		r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 202)
		if got := r.ask("PATCH", job42Trace, "hello", "Content-Range", "5-9").header.Get("Range"); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
}

// The true answer, with something in it changed.
func TestFaultAnswer(t *testing.T) {
	r := faultyReplay(t, job42(), `request_job: answer type=text/html once
patch_trace: answer job-status=canceled interval=60s once
update_job final: answer body="no" header="Connection: close" once
download_artifacts: answer body=x`)
	if got := r.ask("POST", requestJob, "{}").want(t, 201, "Content-Type", "text/html"); !strings.Contains(got.body, "glcbt-64_job42token0000000") {
		t.Error(got.body)
	}
	r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 202, "Job-Status", "canceled", "X-GitLab-Trace-Update-Interval", "60", "Range", "0-5")
	if got := r.ask("PUT", job42Put, `{"state":"success"}`).want(t, 200, "Connection", "close", "Content-Length", "2", "Job-Status", "success"); got.body != "no" {
		t.Errorf("body %q", got.body)
	}
	if got := r.ask("GET", "/api/v4/jobs/42/artifacts", "").want(t, 404, "Content-Length", "1"); got.body != "x" {
		t.Errorf("body %q", got.body)
	}
	if c := r.Receipt(); c.Faulted != 0 || c.Missed != 1 || c.Served != 1 || c.Faults.Rules[3].Delivered != 1 {
		t.Errorf("receipt %+v", c)
	}
}

// The button is pressed: what a runner is told depends on what it can.
func TestFaultStop(t *testing.T) {
	for _, c := range []struct {
		rule, features, when string
		status               int
		told, end            string
	}{
		{"job 42: cancel at 10s", `{"cancel_gracefully":true}`, "time", 202, "canceling", "canceled"},
		{"job build: cancel at 10s", `{}`, "time", 403, "canceled", "canceled"},
		{"*: canceled at 10B", `{}`, "size", 202, "canceled", "canceled"},
		{"*: failed at 10s", `{}`, "time", 403, "failed", "failed"},
		{"*: canceling at 10B", `{}`, "size", 202, "canceling", "canceled"},
		{"*: canceled at pickup", `{}`, "pickup", 403, "canceled", "canceled"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			clock := &clock{time.Unix(1e9, 0)}
			r := faultyReplay(t, job42(), c.rule, func(o *Options) { o.Now = clock.now })
			r.ask("POST", requestJob, `{"info":{"features":`+c.features+`}}`).want(t, 201)
			if c.when == "pickup" {
				r.ask("PUT", job42Put, `{"state":"running"}`).want(t, c.status, "Job-Status", c.told)
				r.ended(t)
				return
			}
			r.ask("PUT", job42Put, `{"state":"running"}`).want(t, 200, "Job-Status", "running")
			r.ask("PATCH", job42Trace, "hello", "Content-Range", "0-4").want(t, 202, "Job-Status", "running")
			if c.when == "time" {
				clock.forward(10 * time.Second)
			}
			r.ask("PATCH", job42Trace, "hello", "Content-Range", "5-9").want(t, c.status, "Job-Status", c.told)
			r.ask("PUT", job42Put, `{"state":"failed"}`)
			r.ended(t)
			if got := r.Receipt(); got.Jobs[0].Replayed.State != c.end || got.Faults.Rules[0].Delivered != 1 {
				t.Errorf("receipt %+v", got)
			}
		})
	}
}

// A refused pickup is still a pickup when it comes again; what comes later is none.
func TestFaultPickup(t *testing.T) {
	r := faultyReplay(t, job42(), "update_job pickup: 500 twice\nupdate_job keepalive: 409 once")
	r.takeJob(t)
	for _, status := range []int{500, 500, 200, 409, 200} {
		r.ask("PUT", job42Put, `{"state":"running"}`).want(t, status)
	}
	r.ask("PUT", job42Put, `{`).want(t, 400)                            // what no rule can read the machine judges
	r.ask("PUT", job42Put, strings.Repeat(" ", maxJSON+1)).want(t, 413) // and what is too long
	r.ask("PUT", job42Put, `{"state":"success"}`).want(t, 200)
}

// Of git the job's token says which job it is.
func TestFaultGit(t *testing.T) {
	r := faultyReplay(t, job42(), "git job=build: 503 once")
	r.takeJob(t)
	const refs = "/group/project.git/info/refs?service=git-upload-pack"
	if status := r.ask("GET", refs, "").status; status == 503 {
		t.Error("a clone of no job is refused")
	}
	auth := "Basic " + base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:glcbt-64_job42token0000000"))
	r.ask("GET", refs, "", "Authorization", auth).want(t, 503)
	if rule := r.Receipt().Faults.Rules[0]; rule.Delivered != 1 || rule.Jobs[0].JobID != 42 {
		t.Errorf("%+v", rule)
	}
}
