package replay

import (
	"net/http"

	"runnertape/decode"
)

// The answer to a final update may be lost by a fault. The job has ended then, but its runner does
// not know, and asks again: a replay that ended with its last job would end too early. So such a
// job counts as gone only when something about it has been answered since.

// unheard takes a request as always, and lets nobody have the answer.
func (r *Replayer) unheard(w http.ResponseWriter, req *http.Request, call decode.Call) {
	if j := r.index.job(call.JobID); j != nil {
		j.add(&j.muted, 1)
		defer j.add(&j.muted, -1)
	}
	r.answer(mute(w), req, call)
}

// heard answers a request, and lets go of its job if that had ended unheard.
func (r *Replayer) heard(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	o := r.answer(w, req, call)
	r.told(call)
	return o
}

// told lets go of a job that had ended unheard.
func (r *Replayer) told(call decode.Call) {
	j := r.index.job(call.JobID)
	if j == nil {
		return
	}
	j.mu.Lock()
	untold := j.untold
	j.untold = false
	j.mu.Unlock()
	if untold {
		r.gone()
	}
}

func (j *job) add(to *int, n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	*to += n
}

// tellsOver says whether a runner that is answered so takes its job for over.
//
// gitlab-runner network/gitlab.go createUpdateJobResult
func tellsOver(status int) bool {
	return status == http.StatusOK || status == http.StatusForbidden || status == http.StatusNotFound
}
