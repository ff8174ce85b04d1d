package decode

import "runnertape"

// RegisterRunnerMessage is "POST runners", registration with a registration
// token (gitlab-runner network/gitlab.go RegisterRunner).
type RegisterRunnerMessage struct {
	Request RegisterRunnerRequest `json:"request"` // what the runner asked
	Answer  RunnerAnswer          `json:"answer"`  // 201, 400, 403, 410

	Common
}

// RegisterRunnerRequest is the runner to make.
type RegisterRunnerRequest struct {
	Description           string `json:"description,omitempty"`                   // name shown in GitLab
	MaintenanceNote       string `json:"maintenance_note,omitempty" since:"14.8"` // note to the administrators. Since 14.8
	TagList               string `json:"tag_list,omitempty"`                      // separated by commas
	RunUntagged           bool   `json:"run_untagged,omitempty"`                  // takes jobs without tags
	Locked                bool   `json:"locked,omitempty"`                        // only for this project
	AccessLevel           string `json:"access_level,omitempty"`                  // "not_protected", "ref_protected"
	MaximumTimeoutSeconds int64  `json:"maximum_timeout,omitempty"`               // of its jobs, s; 0 for no bound
	Paused                *bool  `json:"paused,omitempty" since:"15.0"`           // takes no jobs. Since 15.0
	Active                *bool  `json:"active,omitempty" until:"14.10"`          // the opposite. Up to 14.10
	Info                  Info   `json:"info,omitzero"`                           // what the runner is; no executor, no shell
	Token                 string `json:"token,omitempty"`                         // registration token
}

// Gist is like "runner 7 registered".
func (m *RegisterRunnerMessage) Gist() string { return m.Answer.gist("registered", "register") }

func readRegister(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := new(RegisterRunnerMessage)
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &m.Request)
	m.Answer = readRunnerAnswer(x, b, n)
	return m
}
