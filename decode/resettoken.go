package decode

import "runnertape"

// ResetTokenMessage is "POST runners/reset_authentication_token", which `run`
// sends by itself when 75 % of the token's life has gone, or the same with the
// runner's number in the path, with a personal access token. Since 15.3
// (gitlab-runner network/gitlab.go ResetToken, ResetTokenWithPAT).
type ResetTokenMessage struct {
	RunnerID int64             `json:"runner_id,omitempty"` // from the path; 0 in the first form
	WithPAT  bool              `json:"with_pat,omitempty"`  // second form: Private-Token authenticates, the body is "null"
	Request  ResetTokenRequest `json:"request"`             // what the runner asked; empty in the second form
	Answer   RunnerAnswer      `json:"answer"`              // 201 with the new token, 403, 422

	Common
}

// ResetTokenRequest names the runner.
type ResetTokenRequest struct {
	Token string `json:"token,omitempty" since:"15.3"` // runner token, until now. Since 15.3
}

// Gist is like "token reset to glrt-abcdefghi".
func (m *ResetTokenMessage) Gist() string {
	if m.Answer.Status == 201 && m.Answer.Token != "" {
		return "token reset to " + ShortToken(m.Answer.Token)
	}
	return "reset token → " + outcome(m.Answer.Status, m.Answer.ErrorText)
}

func readResetToken(x *runnertape.Exchange, call Call, b Bodies, n *notes) Message {
	m := &ResetTokenMessage{RunnerID: call.RunnerID, WithPAT: call.RunnerID != 0}
	n.body("request", x.Request.Header, x.Request.Body, b.Request, &m.Request)
	m.Answer = readRunnerAnswer(x, b, n)
	return m
}
