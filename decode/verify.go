package decode

import "runnertape"

// VerifyRunnerMessage is "POST runners/verify": is this token known? Sent by
// `register --token` and `verify`, never by `run` (gitlab-runner
// network/gitlab.go VerifyRunner).
type VerifyRunnerMessage struct {
	Request VerifyRunnerRequest `json:"request"` // what the runner asked
	Answer  RunnerAnswer        `json:"answer"`  // 200, 403, 422

	Common
}

// VerifyRunnerRequest names the runner.
type VerifyRunnerRequest struct {
	Token    string `json:"token,omitempty"`                   // runner token
	SystemID string `json:"system_id,omitempty" since:"15.10"` // which machine. Since 15.10
	Info     Info   `json:"info,omitzero" since:"19.3"`        // what the runner is. Since 19.3
}

// Gist is like "runner 7 verified".
func (m *VerifyRunnerMessage) Gist() string { return m.Answer.gist("verified", "verify") }

func readVerify(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := new(VerifyRunnerMessage)
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &m.Request)
	m.Answer = readRunnerAnswer(x, b, n)
	return m
}
