package replay

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// updateJob answers PUT jobs/:id.
func (r *Replayer) updateJob(w http.ResponseWriter, req *http.Request, id int64) outcome {
	room := r.room()
	defer r.rooms.Put(room)
	body, err := r.readInto(room, w, req, maxJSON)
	j := r.index.job(id)
	if j == nil {
		return r.noJob(w, req, id)
	}
	if err != nil {
		return r.give(w, req, id, unread(err))
	}
	var u update
	if err := json.Unmarshal(body, &u); err != nil {
		return r.give(w, req, id, unread(fmt.Errorf("read update: %w", err)))
	}
	token, ok := tokenParam(req, u.Token)
	if !ok && j.issued() != "" { // GitLab reads no header for want of it, as it does for patches
		return r.give(w, req, id, *r.wrongToken(req, id, reply{status: http.StatusBadRequest, body: fault{"token is missing"}, note: "its body has no token"}))
	}
	if refused := r.stranger(req, j, token); refused != nil {
		return r.give(w, req, id, *refused)
	}
	if u.State != "pending" && u.State != "running" { // those say nothing that is shown
		live := r.live(req)
		live.LearnBody(body)
		for _, text := range []*string{&u.State, &u.FailureReason, &u.Checksum, &u.Output.Checksum} {
			*text = live.Text(*text)
		}
	}
	return r.give(w, req, id, r.update(j, &u))
}

// update is what matters of an update's body.
//
// gitlab-runner common/network.go UpdateJobRequest
type update struct {
	Token         *string `json:"token"`
	State         string  `json:"state"`
	FailureReason string  `json:"failure_reason"`
	Checksum      string  `json:"checksum"` // the older place of the one below
	Output        struct {
		Checksum string `json:"checksum"`
		Bytesize *int64 `json:"bytesize"`
	} `json:"output"`
	ExitCode int `json:"exit_code"`
}

// done is the body and status of an accepted update.
func done(jobStatus string) reply {
	return reply{status: http.StatusOK, jobStatus: jobStatus, body: "200"}
}

// update takes one update.
//
// GitLab app/services/ci/update_build_state_service.rb
func (r *Replayer) update(j *job, u *update) reply {
	now := r.now()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.heardAt = now
	if j.phase != running {
		return j.refuse()
	}
	switch {
	case j.unassured && u.State == "pending": // it prepares, and will say so
		return done("pending")
	case j.unassured && u.State != "running":
		return reply{status: http.StatusBadRequest, jobStatus: "pending", body: "400", note: "a runner that takes jobs in two phases has not taken this one yet"}
	}
	j.unassured = false
	switch u.State {
	case "running": // the pickup of runners since 18.5, and keep-alives
		if aborts(j.status) {
			return notProcessing(j.status)
		}
		first := j.log.size == 0
		refuse := r.stopNow(j, now)
		if first && aborts(j.status) { // such a runner drops the job and sends nothing more
			r.finished(j, End{State: j.status})
		}
		if refuse {
			return notProcessing(j.status)
		}
		j.heard = true
		return done(j.status)
	case "success", "failed":
		return r.final(j, u)
	}
	if aborts(j.status) {
		return notProcessing(j.status)
	}
	return reply{
		status:    http.StatusBadRequest,
		jobStatus: j.status,
		body:      "400",
		note:      fmt.Sprintf("state %q is none that a runner sends", u.State),
	}
}

// final takes the update that ends a job. It is answered with 202 as often as
// the recorded one was, but never for long: the runner repeats it without end.
func (r *Replayer) final(j *job, u *update) reply {
	end := End{State: u.State, FailureReason: u.FailureReason, ExitCode: u.ExitCode}
	refuse := aborts(j.status)
	if !refuse {
		refuse = r.stopNow(j, r.now())
	}
	if j.stopped < len(j.stops) && j.stops[j.stopped].final {
		j.status, refuse = j.stops[j.stopped].status, j.stops[j.stopped].refused
		j.stopped++
	}
	if j.status != "running" { // stopped, whatever the runner made of it
		end.State = stoppedState(j.status)
	}
	if j.turned < j.turns && !aborts(j.status) {
		j.turned++
		return reply{status: http.StatusAccepted, jobStatus: j.status, interval: r.pauseOf(j), body: "202"}
	}
	if !aborts(j.status) { // else its last patches were refused, and its numbers cannot agree
		r.compareTrace(j, u)
	}
	r.finished(j, end)
	if refuse {
		return notProcessing(end.State)
	}
	return done(end.State)
}

// stoppedState is the state of a job that was stopped and has ended.
func stoppedState(jobStatus string) string {
	if jobStatus == "canceling" {
		return "canceled"
	}
	return jobStatus
}

// compareTrace checks what the runner says it sent against what came. It
// changes no answer; GitLab only counts such cases.
func (r *Replayer) compareTrace(j *job, u *update) {
	sum := u.Output.Checksum
	if sum == "" {
		sum = u.Checksum
	}
	if sum != "" && sum != j.log.checksum() {
		j.note(fmt.Sprintf("trace: the runner says %s, what it sent has %s", word(sum), j.log.checksum()))
	}
	if size := u.Output.Bytesize; size != nil && *size != j.log.size {
		j.note(fmt.Sprintf("trace: the runner says %d bytes, it sent %d", *size, j.log.size))
	}
}

// finished ends a job, and with the last one the replay.
func (r *Replayer) finished(j *job, end End) {
	if !j.finish(end) {
		return
	}
	j.plays.ended.Add(1)
	if !end.like(j.end) {
		j.plays.otherwise.Add(1)
	}
	r.compareLog(j)
	r.log.Info("job ended", "job", j.id, "name", j.name, "state", end.State,
		"failure_reason", end.FailureReason, "exit_code", end.ExitCode, "recorded_state", j.end.State)
	if j.muted > 0 {
		j.untold = true
		return
	}
	r.gone()
}

// Recorded turns of 202 are delivered at most so often, and at the fast pace so slowly. The real
// back-off grows to a minute (GitLab app/services/ci/update_build_state_service.rb).
const (
	maxTurns = 3
	maxPause = time.Second
)
