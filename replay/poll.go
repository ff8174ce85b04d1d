package replay

import (
	"net/http"
	"slices"
	"strconv"
	"sync"

	"runnertape/decode"
)

// queue is the lane of polling: the jobs not handed out yet, in recorded order.
// Any runner gets the first that is due; which token it shows does not matter.
type queue struct {
	mu   sync.Mutex // guards jobs; taken before a job's own
	jobs []*job
}

// take removes the first job that is due; nil if none is.
func (q *queue) take() *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, j := range q.jobs {
		if j.due() {
			q.jobs = slices.Delete(q.jobs, i, i+1)
			return j
		}
	}
	return nil
}

// putBack returns a job that could not be delivered to the head of the queue.
func (q *queue) putBack(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = slices.Insert(q.jobs, 0, j)
}

// due tells whether a job may be handed out: what it builds on is done. GitLab
// would not have offered it before either.
func (j *job) due() bool {
	for _, need := range j.needs {
		need.mu.Lock()
		ended := need.phase == over
		need.mu.Unlock()
		if !ended {
			return false
		}
	}
	return true
}

// requestJob answers POST jobs/request: each job once, then 204. It is never
// answered with 403: three of those silence a runner for an hour.
//
// GitLab lib/api/ci/runner.rb post '/jobs/request'; gitlab-runner
// network/gitlab.go RequestJob, commands/health_helper.go
func (r *Replayer) requestJob(w http.ResponseWriter, req *http.Request, here string) outcome {
	asked, err := r.readAll(w, req, maxJSON)
	if err != nil {
		return r.give(w, req, 0, unread(err))
	}
	j := r.queue.take()
	if j == nil {
		return reply{status: http.StatusNoContent}.write(w)
	}
	payload, err := j.payload.read(r.src, decode.MaxMessage)
	if err != nil {
		r.queue.putBack(j)
		return r.broken(w, req, err)
	}
	if here != "" {
		payload = decode.RewriteURLs(payload, j.bases, here)
	}
	j.mu.Lock()
	j.phase, j.since, j.status = running, r.now(), "running"
	j.graceful = cancelsGracefully(asked)
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
	r.log.Info("job handed out", "job", j.id, "name", j.name, "bytes", len(payload))
	return served
}
