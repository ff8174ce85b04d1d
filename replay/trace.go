package replay

import (
	"errors"
	"net/http"
)

// patchTrace answers PATCH jobs/:id/trace by the append rule, from what this
// runner sent. A recorded answer is never given: its numbers belong to another
// log, and a Range beyond what a runner has written kills runners up to 18.5.
func (r *Replayer) patchTrace(w http.ResponseWriter, req *http.Request, id int64) outcome {
	room := r.room()
	defer r.rooms.Put(room)
	body, err := r.readInto(room, w, req, maxPatch)
	j := r.index.job(id)
	if j == nil {
		return r.noJob(w, req, id)
	}
	if err != nil { // cut short: GitLab never sees such a patch
		if errors.Is(err, errTooLong) {
			w.Header().Set("Connection", "close")
		}
		return r.give(w, req, id, unread(err))
	}
	if refused := r.stranger(req, j, jobToken(req)); refused != nil {
		return r.give(w, req, id, *refused)
	}
	return r.give(w, req, id, r.patch(j, req.Header.Get("Content-Range"), body))
}

// patch takes one whole patch.
//
// GitLab lib/api/ci/runner.rb patch '/:id/trace'; gitlab-runner
// network/patch_response.go
func (r *Replayer) patch(j *job, contentRange string, body []byte) reply {
	now := r.now()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.heardAt = now
	if !j.takes() {
		return j.refuse()
	}
	if contentRange == "" {
		return reply{status: http.StatusBadRequest, body: fault{"400 Missing header Content-Range"}, note: "no Content-Range"}
	}
	start, remark := patchStart(contentRange)
	size := j.log
	verdict := size.judge(start, int64(len(body)))
	if verdict == refused {
		j.refusals++
		return reply{
			status: http.StatusRequestedRangeNotSatisfiable,
			trace:  j.log.rangeValue(),
			body:   fault{"416 Range Not Satisfiable"},
			note:   remark,
		}
	}
	if verdict == appended {
		size.add(body)
	}
	before := j.log
	j.log = size // stops look at the trace with the patch in it
	if r.stopNow(j, now) {
		j.log = before
		return notProcessing(j.status)
	}
	if verdict == appended && len(body) > 0 {
		r.keep(j, body)
		if r.trace != nil {
			r.trace(j.id, before.size, body)
		}
	}
	j.patches++
	held := j.log.rangeValue()
	return reply{
		status:    http.StatusAccepted,
		jobStatus: j.status,
		trace:     held,
		interval:  r.intervalOf(j),
		body:      held,
		note:      remark,
	}
}
