package replay

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"net/http"

	"runnertape/decode"
)

// runners is what the recording tells of runners themselves. One that presents a recorded token is
// that runner, any other the one that was seen last.
type runners struct {
	id         int64             // number of the runner verified or registered last; 0 if none was
	ids        map[string]int64  // by token
	registered string            // token that a registration gave; "" if none was recorded
	reset      string            // token that a reset gave; "" if none was recorded
	resets     map[string]string // by the token it replaced
	numbered   map[int64]string  // by the number of the runner, where a personal token asked
	refusals   refusals
}

// runnerIs notes the number of the runner with a token.
func (r *runners) runnerIs(id int64, token string) {
	if r.ids == nil {
		r.ids = map[string]int64{}
	}
	if r.id = id; token != "" {
		r.ids[token] = id
	}
}

func (r *runners) sawRegister(m *decode.RegisterRunnerMessage) {
	if m.Answer.Status == http.StatusCreated {
		r.registered = m.Answer.Token
		r.runnerIs(m.Answer.ID, m.Answer.Token)
	}
}

func (r *runners) sawVerify(m *decode.VerifyRunnerMessage) {
	if m.Answer.Status == http.StatusOK && m.Answer.ID != 0 {
		r.runnerIs(m.Answer.ID, cmp.Or(m.Request.Token, m.Answer.Token))
	}
}

func (r *runners) sawReset(m *decode.ResetTokenMessage) {
	if m.Answer.Status != http.StatusCreated {
		return
	}
	if r.resets == nil {
		r.resets, r.numbered = map[string]string{}, map[int64]string{}
	}
	r.reset = m.Answer.Token
	if old := m.Request.Token; old != "" {
		r.resets[old] = r.reset
		if id := r.ids[old]; id != 0 {
			r.ids[r.reset] = id
		}
	}
	if m.RunnerID != 0 {
		r.numbered[m.RunnerID] = r.reset
	}
}

// runnerCall answers the calls in which a runner speaks of itself. Any token is
// as good as the recorded one: the point is to get the jobs. A token never
// expires here, because a recorded date has passed, and a runner whose token
// has expired resets it at once and again (gitlab-runner commands/multi.go).
//
// GitLab lib/api/ci/runner.rb; gitlab-runner network/gitlab.go
func (r *Replayer) runnerCall(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	body, err := r.readAll(w, req, maxJSON)
	if err != nil {
		return r.give(w, req, 0, unread(err))
	}
	known := r.index.runners.get(r.index)
	token := presented(req, body)
	recorded := r.live(req).Recorded(token)
	if a := known.refusals.take(call.Endpoint, recorded); a != nil {
		return r.replay(w, req, a)
	}
	runner := credentials{ID: max(1, cmp.Or(known.ids[recorded], known.id))} // number 0 makes `register` panic
	p := reply{body: &runner}
	switch call.Endpoint {
	case decode.VerifyRunner:
		p.status, runner.Token = http.StatusOK, token
	case decode.RegisterRunner:
		p.status, runner.Token = http.StatusCreated, known.registered
	case decode.ResetToken:
		p.status, runner.ID, runner.Token = http.StatusCreated, 0, cmp.Or(known.numbered[call.RunnerID], known.reset)
		if call.RunnerID == 0 {
			runner.Token = cmp.Or(known.resets[recorded], known.reset)
		}
		if runner.Token == "" && call.RunnerID == 0 { // by number it comes with somebody's personal token
			runner.Token = token
		}
	default: // unregister_runner, unregister_runner_manager
		return reply{status: http.StatusNoContent}.write(w)
	}
	if runner.Token == "" {
		runner.Token = "glrt-" + rand.Text()[:20] // runners up to 18.1 panic on a short one
	}
	return p.write(w)
}

// credentials is GitLab's answer to them (GitLab lib/api/entities/ci/runner_registration_details.rb).
type credentials struct {
	ID             int64   `json:"id,omitempty"`
	Token          string  `json:"token"`
	TokenExpiresAt *string `json:"token_expires_at"` // always null
}

// presented is the runner token of a request: body first, headers then, as the
// server looks for it.
func presented(req *http.Request, body []byte) string {
	var b struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(body, &b) == nil && b.Token != "" {
		return b.Token
	}
	for _, name := range []string{"Runner-Token", "Private-Token"} {
		if token := req.Header.Get(name); token != "" {
			return token
		}
	}
	return ""
}
