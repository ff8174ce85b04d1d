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
	mu   sync.Mutex // guards what follows; taken before the index's, and a job's own
	jobs []*job     // were looked at, and not due
	left int64      // jobs that had not ended when none of those was due
	rest handouts   // those that come after
}

// take removes the first job that is due; nil if none is.
func (r *Replayer) take() (*job, error) {
	q := &r.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	due := func(j *job) bool { return j.due(r.index) }
	if left := r.left.Load(); left != q.left {
		if i := slices.IndexFunc(q.jobs, due); i >= 0 {
			j := q.jobs[i]
			q.jobs = slices.Delete(q.jobs, i, i+1)
			return j, nil
		}
		q.left = left
	}
	for {
		j, err := q.rest.next()
		if j == nil || due(j) {
			return j, err
		}
		q.jobs = append(q.jobs, j)
	}
}

// putBack returns a job that could not be delivered to the head of the queue.
func (q *queue) putBack(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs, q.left = slices.Insert(q.jobs, 0, j), -1
}

// due tells whether a job may be handed out: what it builds on is done. GitLab
// would not have offered it before either.
func (j *job) due(ix *index) bool {
	return !slices.ContainsFunc(j.needs, func(need int32) bool { return !ix.ended(need) })
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
	j, err := r.take()
	if err != nil {
		return r.broken(w, req, err)
	}
	if j == nil {
		return reply{status: http.StatusNoContent}.write(w)
	}
	payload, err := j.payload.read(r.src, decode.MaxMessage)
	if err == nil {
		err = r.index.readLane(j)
	}
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
