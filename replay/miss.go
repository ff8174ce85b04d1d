package replay

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"runnertape/decode"
)

// Miss is a request that the recording could not answer, or one with a wrong token.
type Miss struct {
	At       time.Time `json:"at"`               // when it came, UTC
	Method   string    `json:"method"`           // of the request
	Path     string    `json:"path"`             // of the request, without query, with stand-ins; of a CONNECT the host
	Endpoint string    `json:"endpoint"`         // which call it is, in decode's words
	JobID    int64     `json:"job_id,omitempty"` // number in the path, or of the job whose token was presented; 0 if none
	Reason   string    `json:"reason"`           // why, in one line
}

// maxMisses bounds the misses the receipt lists, of which all are counted, and the requests with a wrong token.
const maxMisses = 200

// miss answers what the recording cannot: 404, which each client of the runner
// survives, and the reason. It goes nowhere else.
func (r *Replayer) miss(w http.ResponseWriter, req *http.Request, jobID int64, reason string) outcome {
	r.missing(req, jobID, reason)
	return reply{status: http.StatusNotFound, body: message{"404 Not Found: " + reason}}.asMiss(w)
}

// missing notes a miss.
func (r *Replayer) missing(req *http.Request, jobID int64, reason string) {
	m := r.remark(req, jobID, reason)
	facts := []any{"method", m.Method, "path", m.Path, "endpoint", m.Endpoint, "reason", m.Reason}
	if jobID != 0 {
		facts = append(facts, "job", jobID)
	}
	r.log.Warn("not in the recording", facts...)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.misses) < maxMisses {
		r.misses = append(r.misses, m)
	}
}

// remark is a request as the receipt shows it.
func (r *Replayer) remark(req *http.Request, jobID int64, reason string) Miss {
	live := r.live(req)
	return Miss{
		At:       r.now().UTC(),
		Method:   live.Text(req.Method),
		Path:     live.Text(cmp.Or(req.URL.EscapedPath(), req.Host)), // a CONNECT names a host only
		Endpoint: string(r.classify(req).Endpoint),
		JobID:    jobID,
		Reason:   live.Text(reason),
	}
}

// Refuse notes a CONNECT that the door has refused for that reason: a replay connects nowhere.
func (r *Replayer) Refuse(req *http.Request, reason string) {
	r.missing(req, 0, reason)
	r.count(decode.Call{Endpoint: decode.Unknown}, missed)
}

// asMiss writes the reply and counts as a miss.
func (p reply) asMiss(w http.ResponseWriter) outcome {
	p.write(w)
	return missed
}

// noJob is the answer for a job that the recording does not have. To an update
// it means that the job is gone, and the runner stops it.
func (r *Replayer) noJob(w http.ResponseWriter, req *http.Request, id int64) outcome {
	return r.miss(w, req, id, fmt.Sprintf("job %d is not in the recording, which has %s", id, r.index.words()))
}

// broken is the answer when the recording itself cannot be read.
func (r *Replayer) broken(w http.ResponseWriter, req *http.Request, err error) outcome {
	r.log.Error("read recording", "method", req.Method, "path", r.path(req), "err", err)
	clear(w.Header())
	r.missing(req, 0, "recording cannot be read: "+err.Error())
	return reply{status: http.StatusInternalServerError, body: message{"500 Internal Server Error: the recording cannot be read"}}.asMiss(w)
}

// give writes a reply of a lane and tells what is odd about it.
func (r *Replayer) give(w http.ResponseWriter, req *http.Request, id int64, p reply) outcome {
	if p.note != "" {
		r.log.Warn("odd request", "method", req.Method, "path", r.path(req), "job", id, "reason", r.shown(req, p.note), "status", p.status)
	} else if r.log.Enabled(req.Context(), slog.LevelDebug) {
		r.debug(req, "answered", "job", id, "status", p.status, "job_status", p.jobStatus)
	}
	return p.write(w)
}

// maxNamed bounds the jobs that are named to who asks for another.
const maxNamed = 5

// words are the jobs of the recording, or some of them.
func (ix *index) words() string {
	var names []string
	for _, o := range ix.offers[:min(len(ix.offers), maxNamed)] {
		names = append(names, strconv.FormatInt(o.job, 10))
	}
	switch more := len(ix.offers) - len(names); {
	case len(names) == 0:
		return "none"
	case more > 0:
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}
