package decode

import (
	"fmt"
	"strings"

	"runnertape"
)

// UpdateJobMessage is "PUT jobs/:id", the state of a job (gitlab-runner
// network/gitlab.go UpdateJob).
type UpdateJobMessage struct {
	Request UpdateJobRequest `json:"request"` // what the runner said
	Answer  JobAnswer        `json:"answer"`  // 200 done, 202 ask again, 403 and 404 end the job, 412 send the whole trace again

	Common
}

// UpdateJobRequest is the request of [UpdateJobMessage].
type UpdateJobRequest struct {
	Info                  Info         `json:"info,omitzero"`                                       // what the runner is
	Token                 string       `json:"token,omitempty"`                                     // job token
	State                 string       `json:"state,omitempty"`                                     // "running", "success", "failed"
	FailureReason         string       `json:"failure_reason,omitempty"`                            // "script_failure", …; empty unless failed
	Checksum              string       `json:"checksum,omitempty" since:"13.4"`                     // the same as output.checksum. Since 13.4
	Output                *TraceOutput `json:"output,omitempty" since:"13.7"`                       // the trace so far; empty at pickup, nil without. Since 13.7
	ExitCode              *int64       `json:"exit_code,omitempty" since:"13.7"`                    // of the script; nil if 0 or not known. Since 13.7
	EnvironmentKey        string       `json:"environment_key,omitempty" since:"19.1" until:"19.3"` // suspended environment; 19.1 to 19.3
	RuntimeEnvironmentKey string       `json:"runtime_environment_key,omitempty" since:"19.4"`      // the same, newer name. Since 19.4
	SystemID              string       `json:"system_id,omitempty" since:"15.8" until:"15.9"`       // which machine. 15.8 to 15.9
}

// TraceOutput is what the runner has written of the trace, sent or not.
type TraceOutput struct {
	Checksum string `json:"checksum,omitempty" since:"13.7"` // "crc32:" and 8 hex digits, IEEE, of the unredacted bytes. Since 13.7
	Bytesize int64  `json:"bytesize,omitempty" since:"13.7"` // bytes; 0 at pickup. Since 13.7
}

// Final tells whether the request ends the job.
func (r *UpdateJobRequest) Final() bool {
	return r.State != "" && r.State != "running" && r.State != "pending"
}

// Pickup tells whether this is the first update, sent right after the job was
// handed out, since 18.5: it says nothing yet of the trace.
func (r *UpdateJobRequest) Pickup() bool {
	return r.State == "running" && r.Checksum == "" && r.Output != nil && *r.Output == TraceOutput{}
}

// Ended tells whether the job is over: an update that ends it was answered for
// good. 404 is such an answer too.
func (m *UpdateJobMessage) Ended() bool {
	return m.Request.Final() && forGood(m.Answer.Status)
}

// forGood tells whether a runner takes a final update with that answer for done.
func forGood(status int) bool { return status == 200 || status == 403 || status == 404 }

// Gist is like "state=failed exit=7 reason=script_failure → 200".
func (m *UpdateJobMessage) Gist() string {
	var s strings.Builder
	s.WriteString("state=" + clean(m.Request.State, 40))
	if m.Request.Pickup() {
		s.WriteString(" (pickup)")
	}
	if m.Request.ExitCode != nil {
		fmt.Fprintf(&s, " exit=%d", *m.Request.ExitCode)
	}
	if m.Request.FailureReason != "" {
		s.WriteString(" reason=" + clean(m.Request.FailureReason, 80))
	}
	return s.String() + " → " + m.Answer.gist(m.Request.State)
}

func readUpdateJob(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := new(UpdateJobMessage)
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &m.Request)
	m.Answer = readJobAnswer(x, b, n)
	return m
}
