package decode

import (
	"fmt"
	"strconv"

	"runnertape"
)

// Answer is what the upstream answered, where nothing more is known of it.
type Answer struct {
	Status    int    `json:"status"`               // code; 0 if no answer came from the upstream
	ErrorText string `json:"error_text,omitempty"` // what the body says went wrong, one line; empty below 400
}

func readAnswer(x *runnertape.Exchange, b Bodies) Answer {
	return Answer{Status: upstreamStatus(x), ErrorText: errorText(x, b.Response)}
}

// RunnerAnswer answers register, verify and reset: 201 or 200 with the
// runner's token, 204 for unregister, 403 for a token that is unknown.
type RunnerAnswer struct {
	Status         int    `json:"status"`                     // code; 0 if no answer came from the upstream
	ID             int64  `json:"id,omitempty"`               // number of the runner; register since 15.3, verify since 15.10; 0 makes `register` panic
	Token          string `json:"token,omitempty"`            // runner authentication token
	TokenExpiresAt string `json:"token_expires_at,omitempty"` // RFC 3339; empty if it never expires (null). Since 15.3
	ErrorText      string `json:"error_text,omitempty"`       // what the body says went wrong
}

func readRunnerAnswer(x *runnertape.Exchange, b Bodies, f *faults) RunnerAnswer {
	var a RunnerAnswer
	if status := upstreamStatus(x); status == 200 || status == 201 {
		f.body("response", x.Response.Header, b.Response, &a)
	}
	a.Status, a.ErrorText = upstreamStatus(x), errorText(x, b.Response) // whatever a body called so
	return a
}

// gist is "runner 7 verified", or "verify → 403 Forbidden".
func (a *RunnerAnswer) gist(done, call string) string {
	switch {
	case a.Status != 200 && a.Status != 201:
		return call + " → " + outcome(a.Status, a.ErrorText)
	case a.ID != 0:
		return fmt.Sprintf("runner %d %s", a.ID, done)
	}
	return "runner " + done
}

// JobAnswer answers update_job, patch_trace and upload_artifacts.
type JobAnswer struct {
	Status                int    `json:"status"`                            // code; 0 if no answer came from the upstream
	JobStatus             string `json:"job_status,omitempty"`              // Job-Status: "running", "canceling", "canceled", …; canceled and failed abort the job
	UpdateIntervalSeconds int    `json:"update_interval_seconds,omitempty"` // X-GitLab-Trace-Update-Interval: 3 while somebody watches, else 60; on a 202 of update_job the back-off
	Range                 *int64 `json:"range,omitempty"`                   // Range of patch_trace: trace bytes the upstream holds; nil if it did not say
	ErrorText             string `json:"error_text,omitempty"`              // what the body says went wrong
}

func readJobAnswer(x *runnertape.Exchange, b Bodies, f *faults) JobAnswer {
	a := JobAnswer{Status: upstreamStatus(x), ErrorText: errorText(x, b.Response)}
	if a.Status == 0 {
		return a
	}
	a.JobStatus = x.Response.Header.Get("Job-Status")
	if said := x.Response.Header.Get("X-GitLab-Trace-Update-Interval"); said != "" {
		n, err := strconv.ParseInt(said, 10, 32)
		if err != nil {
			f.add("response: X-GitLab-Trace-Update-Interval %s is no number", quote(said))
		}
		a.UpdateIntervalSeconds = int(n)
	}
	return a
}

// gist is the status, with the job's if that is not the expected one.
func (a *JobAnswer) gist(expected string) string {
	s := outcome(a.Status, "")
	if a.Status >= 400 && a.Status != 416 {
		s = outcome(a.Status, a.ErrorText)
	}
	if a.JobStatus != "" && a.JobStatus != expected {
		s += ", job " + clean(a.JobStatus, 40)
	}
	return s
}

// upstreamStatus is the status the upstream answered, 0 if the recorder had to.
func upstreamStatus(x *runnertape.Exchange) int {
	if x.Response == nil || x.Response.Ours {
		return 0
	}
	return x.Response.Status
}
