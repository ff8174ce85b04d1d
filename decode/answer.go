package decode

import (
	"fmt"
	"strconv"
	"strings"

	"runnertape"
)

// Answer is what the upstream answered, where nothing more is known of it.
type Answer struct {
	Status    int    `json:"status"`               // code; 0 if no answer came from the upstream
	ErrorText string `json:"error_text,omitempty"` // what the body says went wrong, one line; empty below 400
}

func readAnswer(x *runnertape.Exchange, b Bodies, n *notes) Answer {
	return Answer{Status: upstreamStatus(x), ErrorText: errorText(x, b.Response, n)}
}

// RunnerAnswer answers register, verify and reset: 201 or 200 with the
// runner's token, 204 for unregister, 403 for a token that is unknown.
type RunnerAnswer struct {
	Status    int    `json:"status"`               // code; 0 if no answer came from the upstream
	ErrorText string `json:"error_text,omitempty"` // what the body says went wrong

	RunnerIdentity
}

// RunnerIdentity is what GitLab tells a runner of itself (gitlab-runner
// common/network.go RegisterRunnerResponse, VerifyRunnerResponse, ResetTokenResponse).
type RunnerIdentity struct {
	ID             int64  `json:"id,omitempty" since:"15.3"`               // number of the runner; 0 makes `register` panic. Verify has it from 15.10 on. Since 15.3
	Token          string `json:"token,omitempty"`                         // runner authentication token
	TokenExpiresAt string `json:"token_expires_at,omitempty" since:"15.3"` // RFC 3339; empty if it never expires (null). Verify has it from 15.10 on. Since 15.3
}

func readRunnerAnswer(x *runnertape.Exchange, b Bodies, n *notes) RunnerAnswer {
	var a RunnerAnswer
	if status := upstreamStatus(x); status == 200 || status == 201 {
		n.body("response", x.Response.Header, x.Response.Body, b.Response, &a.RunnerIdentity)
	} else {
		a.ErrorText = errorText(x, b.Response, n)
	}
	a.Status = upstreamStatus(x)
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
	Text                  string `json:"text,omitempty"`                    // body of an answer below 400, one line, if it is more than the status: the runner does not read it
}

func readJobAnswer(x *runnertape.Exchange, b Bodies, n *notes) JobAnswer {
	a := JobAnswer{Status: upstreamStatus(x), ErrorText: errorText(x, b.Response, n)}
	if a.Status == 0 {
		return a
	}
	if a.Status < 400 {
		plain, _ := Plain(x.Response.Header, b.Response, wantsHead) // as much as there is
		if a.Text = clean(strings.TrimSpace(string(plain)), 200); a.Text == strconv.Itoa(a.Status) {
			a.Text = ""
		}
	}
	a.JobStatus = x.Response.Header.Get("Job-Status")
	if said := x.Response.Header.Get("X-GitLab-Trace-Update-Interval"); said != "" {
		seconds, err := strconv.ParseInt(said, 10, 32)
		if err != nil {
			n.fault("response: X-GitLab-Trace-Update-Interval %s is no number", quote(said))
		}
		a.UpdateIntervalSeconds = int(seconds)
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
