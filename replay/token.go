package replay

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
)

// tokenParam is the parameter by which a request says for which job it speaks, and whether it has it: that of its body, nil if
// there is none, goes before that of the query.
func tokenParam(req *http.Request, body *string) (token string, ok bool) {
	if body != nil {
		return *body, true
	}
	if !strings.Contains(req.URL.RawQuery, "token") { // to parse it takes as long as all else of a patch
		return "", false
	}
	tokens, ok := req.URL.Query()["token"]
	if !ok {
		return "", false
	}
	return tokens[len(tokens)-1], true
}

// jobToken is the parameter, also if it is empty, else the header field.
//
// GitLab lib/api/ci/helpers/runner.rb job_token
func jobToken(req *http.Request) string {
	if token, ok := tokenParam(req, nil); ok {
		return token
	}
	return req.Header.Get("Job-Token")
}

// issued is the token that the job's runner got with the payload; "" if the recording does not have it.
func (j *job) issued() string { return cmp.Or(j.fresh, j.token) }

// stranger is the answer to who speaks of a job with another token than that job's, be it as it was issued here or as it was
// before redaction; nil if it is that one, or the recording does not have it. GitLab says as much of a job that there is not.
//
// GitLab lib/api/ci/helpers/runner.rb authenticate_job!
func (r *Replayer) stranger(req *http.Request, j *job, token string) *reply {
	own := j.issued()
	if own == "" || token == own {
		return nil
	}
	recorded := r.live(req).Recorded(token)
	if recorded == own {
		return nil
	}
	refused := reply{status: http.StatusForbidden, body: message{"403 Forbidden"}}
	switch whose := r.index.jobOfToken(recorded); {
	case token == "":
		refused.note = "it came without a job token"
	case whose == j.id: // of a job with that number that was played before: its runner may be late
		return &refused
	case whose != 0:
		refused.note = fmt.Sprintf("its token is that of job %d", whose)
	default:
		refused.note = "its token is that of no job of this replay"
	}
	return r.wrongToken(req, j.id, refused)
}

// wrongToken notes what a request for a job is refused for: its token.
func (r *Replayer) wrongToken(req *http.Request, id int64, refused reply) *reply {
	m := r.remark(req, id, refused.note)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wrongTokens) < maxMisses {
		r.wrongTokens = append(r.wrongTokens, m)
	}
	return &refused
}
