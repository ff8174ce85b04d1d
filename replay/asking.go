package replay

import (
	"encoding/json"
	"net/http"
	"sync"

	"runnertape/redact"
)

// asking is one poll.
type asking struct {
	pollBody
	live *redact.Request
	bell bell // as it was when there was no job
}

// pollBody is what matters of the body of a poll.
//
// gitlab-runner common/network.go JobRequest
type pollBody struct {
	Token      string `json:"token"`
	SystemID   string `json:"system_id"`   // since 15.8
	LastUpdate string `json:"last_update"` // the last value of X-GitLab-Last-Update that the runner got
	Info       struct {
		Features struct {
			CancelGracefully bool `json:"cancel_gracefully"`    // since 16.10
			TwoPhaseCommit   bool `json:"two_phase_job_commit"` // since 18.5: a job is pending until the runner has said that it takes it
		} `json:"features"`
	} `json:"info"`
}

// readPoll reads the body of a poll.
func (r *Replayer) readPoll(w http.ResponseWriter, req *http.Request) (asking, error) {
	room := r.room()
	defer r.rooms.Put(room)
	body, err := r.readInto(room, w, req, maxJSON)
	if err != nil {
		return asking{}, err
	}
	return asking{pollBody: r.bodies.read(body), live: r.live(req)}, nil
}

// pollBodies are bodies of polls, parsed: a runner sends the same bytes until it is given another last_update, and to parse them
// takes three times as long as all else of a poll ([BenchmarkReplayer]).
type pollBodies struct {
	mu    sync.RWMutex
	known map[string]pollBody // by body; guarded by mu
}

const (
	maxPollBodies = 1000    // kept; each runner has one at a time
	maxPollBody   = 4 << 10 // bytes of one that is kept: runners send one or two thousand
)

// read parses a body, if it is not known.
func (p *pollBodies) read(body []byte) pollBody {
	p.mu.RLock()
	a, ok := p.known[string(body)]
	p.mu.RUnlock()
	if ok {
		return a
	}
	return p.parse(body)
}

// parse parses a body. What cannot be read is not said.
func (p *pollBodies) parse(body []byte) (a pollBody) {
	json.Unmarshal(body, &a)
	if len(body) > maxPollBody {
		return a
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= maxPollBodies {
		p.known = map[string]pollBody{}
	}
	p.known[string(body)] = a
	return a
}
