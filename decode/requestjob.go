package decode

import (
	"fmt"

	"runnertape"
)

// RequestJobMessage is "POST jobs/request", a runner asking for a job
// (gitlab-runner network/gitlab.go RequestJob). The answer is 201 with a job,
// 204 without; three 403 in a row silence a runner for an hour.
type RequestJobMessage struct {
	Request     JobRequest  `json:"request"`                // what the runner asked
	Status      int         `json:"status"`                 // code; 0 if no answer came from the upstream
	ContentType string      `json:"content_type,omitempty"` // of a 201: anything but application/json and the runner loses the job
	Job         *JobPayload `json:"job,omitempty"`          // the job; nil if none came or it was not readable
	LastUpdate  string      `json:"last_update,omitempty"`  // X-GitLab-Last-Update of a 204: the runner says it back in its next request
	LongPolling bool        `json:"long_polling,omitempty"` // Gitlab-Ci-Builds-Polling: Workhorse may hold requests
	ErrorText   string      `json:"error_text,omitempty"`   // what the body says went wrong

	Common
}

// JobRequest is the request of [RequestJobMessage].
type JobRequest struct {
	Info       Info         `json:"info,omitzero"`         // what the runner is
	Token      string       `json:"token,omitempty"`       // runner token
	SystemID   string       `json:"system_id,omitempty"`   // which machine, "s_…" or "r_…". Since 15.8
	LastUpdate string       `json:"last_update,omitempty"` // last non-empty X-GitLab-Last-Update; lets Workhorse hold the request
	Session    *SessionInfo `json:"session,omitempty"`     // if a session server is configured
}

// Gist is like `job 42 "build" → 3 steps, 27 variables`, or "no job".
func (m *RequestJobMessage) Gist() string {
	switch {
	case m.Status == 204:
		return "no job"
	case m.Status == 201 && m.Job != nil:
		return fmt.Sprintf("job %d %s → %s, %s", m.Job.ID, quote(m.Job.JobInfo.Name),
			count(len(m.Job.Steps), "step"), count(len(m.Job.Variables), "variable"))
	case m.Status == 201:
		return "job → unreadable payload"
	}
	return "job request → " + outcome(m.Status, m.ErrorText)
}

// pollAnswer is what the header of an answer tells of the next request.
func pollAnswer(x *runnertape.Exchange) (lastUpdate string, longPolling bool) {
	return x.Response.Header.Get("X-GitLab-Last-Update"), x.Response.Header.Get("Gitlab-Ci-Builds-Polling") == "yes"
}

func readRequestJob(x *runnertape.Exchange, b Bodies) Message {
	m := &RequestJobMessage{Status: upstreamStatus(x)}
	var f faults
	f.body("request", x.Request.Header, b.Request, &m.Request)
	if x.Response != nil {
		m.LastUpdate, m.LongPolling = pollAnswer(x)
		m.ErrorText = errorText(x, b.Response)
	}
	if m.Status == 201 {
		m.ContentType = x.Response.Header.Get("Content-Type")
		job := new(JobPayload)
		var inside faults
		if inside.body("response", x.Response.Header, b.Response, job) {
			m.Job, job.Faults, inside.list = job, inside.list, nil
		}
		f.list = append(f.list, inside.list...)
	}
	m.Faults = f.list
	return m
}
