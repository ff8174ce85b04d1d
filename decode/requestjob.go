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
	Lost        []string    `json:"lost,omitempty"`         // why the runner that asked did not understand this 201, so that GitLab waits for a job nobody runs; of a runner whose version is not known each reason ends with the versions it is one for. Empty if it did understand
	Fails       []string    `json:"fails,omitempty"`        // what makes the job fail right after it was taken, with runner_system_failure and before any script. As Lost
	LastUpdate  string      `json:"last_update,omitempty"`  // X-GitLab-Last-Update of a 204: the runner says it back in its next request
	LongPolling bool        `json:"long_polling,omitempty"` // Gitlab-Ci-Builds-Polling: Workhorse may hold requests
	ErrorText   string      `json:"error_text,omitempty"`   // what the body says went wrong

	Common
}

// JobRequest is the request of [RequestJobMessage].
type JobRequest struct {
	Info       Info         `json:"info,omitzero"`                    // what the runner is
	Token      string       `json:"token,omitempty"`                  // runner token
	SystemID   string       `json:"system_id,omitempty" since:"15.8"` // which machine, "s_…" or "r_…". Since 15.8
	LastUpdate string       `json:"last_update,omitempty"`            // last non-empty X-GitLab-Last-Update; lets Workhorse hold the request
	Session    *SessionInfo `json:"session,omitempty"`                // if a session server is configured
}

// Gist is like `job 42 "build" → 3 steps, 27 variables`, or "no job".
func (m *RequestJobMessage) Gist() string {
	switch {
	case m.Status == 204:
		return "no job"
	case m.Status == 201 && m.Job != nil && (m.Job.ID != 0 || !m.Job.Partial):
		s := fmt.Sprintf("job %d %s → %s, %s", m.Job.ID, quote(m.Job.JobInfo.Name),
			count(len(m.Job.Steps), "step"), count(len(m.Job.Variables), "variable"))
		if m.Job.Partial {
			s += ", payload broken off"
		}
		if len(m.Lost) > 0 {
			s += ", not understood: " + clean(m.Lost[0], 120)
		}
		return s
	case m.Status == 201:
		return "job → unreadable payload"
	}
	return "job request → " + outcome(m.Status, m.ErrorText)
}

func readRequestJob(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := &RequestJobMessage{Status: upstreamStatus(x)}
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &m.Request)
	if x.Response != nil {
		m.LastUpdate = x.Response.Header.Get("X-GitLab-Last-Update")
		m.LongPolling = x.Response.Header.Get("Gitlab-Ci-Builds-Polling") == "yes"
		m.ErrorText = errorText(x, b.Response, n)
	}
	if m.Status == 201 {
		m.ContentType = x.Response.Header.Get("Content-Type")
		job, inside := new(JobPayload), notes{}
		if inside.body("response", x.Response.Header, x.Response.Body, b.Response, job) {
			job.finish(&inside)
			m.Job = job
		}
		m.judge(x, b, &inside)
		if m.Job == nil {
			n.faults = append(n.faults, inside.faults...)
		}
		n.absorb(&inside)
	}
	return m
}
