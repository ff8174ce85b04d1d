package decode

import "runnertape"

// UnregisterRunnerMessage is "DELETE runners", or for tokens that begin with
// "glrt-" since 16.0 "DELETE runners/managers", which takes only one machine
// away (gitlab-runner commands/unregister.go). Both have a body.
type UnregisterRunnerMessage struct {
	Manager bool                    `json:"manager,omitempty"` // one machine, not the runner
	Request UnregisterRunnerRequest `json:"request"`           // what the runner asked
	Answer  RunnerAnswer            `json:"answer"`            // 204, 403, 404

	Common
}

// UnregisterRunnerRequest names the runner or the machine.
type UnregisterRunnerRequest struct {
	Token    string `json:"token,omitempty"`                  // runner token
	SystemID string `json:"system_id,omitempty" since:"16.0"` // which machine; only of managers. Since 16.0
}

// Gist is "runner unregistered", or "runner manager unregistered".
func (m *UnregisterRunnerMessage) Gist() string {
	switch {
	case m.Answer.Status == 204 && m.Manager:
		return "runner manager unregistered"
	case m.Answer.Status == 204:
		return "runner unregistered"
	}
	return "unregister → " + outcome(m.Answer.Status, m.Answer.ErrorText)
}

func readUnregister(x *runnertape.Exchange, b Bodies, manager bool, n *notes) Message {
	m := &UnregisterRunnerMessage{Manager: manager}
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &m.Request)
	m.Answer = readRunnerAnswer(x, b, n)
	return m
}
