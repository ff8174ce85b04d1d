package replay

import (
	"net/http"
	"strconv"

	"runnertape/decode"
)

// requestJob answers POST jobs/request: each job once, then 204. It is never
// answered with 403: three of those silence a runner for an hour.
//
// GitLab lib/api/ci/runner.rb post '/jobs/request'; gitlab-runner
// network/gitlab.go RequestJob, commands/health_helper.go
func (r *Replayer) requestJob(w http.ResponseWriter, req *http.Request, here string) outcome {
	ask, err := r.readPoll(w, req)
	if err != nil {
		return r.give(w, req, 0, unread(err))
	}
	if r.longPoll > 0 {
		w.Header().Set(headerPolling, "yes")
	}
	j, err := r.take(&ask)
	if err != nil {
		return r.broken(w, req, err)
	}
	if j == nil {
		return r.noJobNow(w, req, &ask)
	}
	return r.handOut(w, req, j, &ask, here)
}

// handOut gives a job to a runner. One that did not get it leaves it in the queue.
func (r *Replayer) handOut(w http.ResponseWriter, req *http.Request, j *job, ask *asking, here string) outcome {
	payload, err := r.payload(j, here)
	if err != nil {
		r.queue.putBack(j)
		return r.broken(w, req, err)
	}
	j.mu.Lock()
	j.phase, j.since, j.status = running, r.now(), "running"
	j.heardAt = j.since
	j.unassured = ask.Info.Features.TwoPhaseCommit
	j.graceful = ask.Info.Features.CancelGracefully
	j.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "application/json") // under another name the runner loses the job
	h.Set("Content-Length", strconv.Itoa(len(payload)))
	w.WriteHeader(http.StatusCreated)
	_, err = w.Write(payload)
	if err == nil {
		err = http.NewResponseController(w).Flush()
	}
	if err != nil && req.Context().Err() != nil { // the runner is gone and has not got it
		j.mu.Lock()
		j.phase = waiting
		j.mu.Unlock()
		r.queue.putBack(j)
		r.log.Info("job not delivered", "job", j.id, "err", err)
		return synthesised
	}
	j.plays.handed.Add(1)
	r.log.Info("job handed out", "job", j.id, "name", j.name, "bytes", len(payload))
	return served
}

// payload is what a runner is given with a job, under the base URL by which it has reached us.
func (r *Replayer) payload(j *job, here string) ([]byte, error) {
	payload, err := j.payload.read(r.src, decode.MaxMessage)
	if err == nil {
		err = r.index.readLane(j)
	}
	if err != nil {
		return nil, err
	}
	payload = r.index.renewed(j, payload)
	if here != "" {
		payload = decode.RewriteURLs(decode.RewriteServer(payload, j.bases, here), j.bases, here)
	}
	return payload, nil
}
