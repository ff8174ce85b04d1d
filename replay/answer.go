package replay

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// outcome is how a request was answered, for the receipt.
type outcome int

const (
	served      outcome = iota // with recorded bytes, or with what git makes of recorded packs
	synthesised                // by the protocol
	missed                     // not at all: the recording has no answer
	faulted                    // as a fault file has it
)

// reply is an answer made by the protocol's rules.
type reply struct {
	status    int           // code
	jobStatus string        // Job-Status; "" to leave it out
	trace     string        // Range of patch_trace; "" to leave it out
	interval  time.Duration // X-GitLab-Trace-Update-Interval, in whole seconds; 0 to leave it out
	body      any           // string: as it is, text; anything else: as JSON; nil: none
	note      string        // what to tell the person at the terminal; "" if it is nothing special
}

// Header fields of GitLab's own (GitLab lib/api/ci/runner.rb). Range is the
// standard's name with another meaning.
const (
	headerJobStatus = "Job-Status"
	headerInterval  = "X-GitLab-Trace-Update-Interval"
)

// write sends the reply.
func (p reply) write(w http.ResponseWriter) outcome {
	h := w.Header()
	values := make([]string, 0, 5) // for all fields at once: this is half of what an answer takes
	set := func(name, value string) {
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
	}
	if p.jobStatus != "" {
		set(headerJobStatus, p.jobStatus)
	}
	if p.trace != "" {
		set("Range", p.trace)
	}
	if p.interval > 0 {
		set(headerInterval, strconv.FormatInt(seconds(p.interval), 10))
	}
	switch body := p.body.(type) {
	case nil:
		w.WriteHeader(p.status)
	case string:
		set("Content-Type", "text/plain")
		set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(p.status)
		io.WriteString(w, body)
	default:
		text := compact(body)
		set("Content-Type", "application/json") // the runner reads JSON under no other name
		set("Content-Length", strconv.Itoa(len(text)))
		w.WriteHeader(p.status)
		w.Write(text)
	}
	return synthesised
}

// seconds rounds up: an interval of 0 would be ignored by the runner.
func seconds(d time.Duration) int64 {
	return max(1, int64((d+time.Second-1)/time.Second))
}

// compact is v as JSON on one line, without HTML escapes.
func compact(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil { // unreachable for the types of this package
		return []byte("{}")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// message is the body of an error as API helpers write it, fault as Grape
// does. The runner shows the first and acts on neither (GitLab
// lib/api/helpers.rb; gitlab-runner network/client.go).
type (
	message struct {
		Message string `json:"message"`
	}
	fault struct {
		Error string `json:"error"`
	}
)

// refuse is the answer of a lane that takes nothing now.
func (j *job) refuse() reply {
	p := notProcessing(j.state())
	if j.phase == waiting {
		p.note = "the job has not been handed out in this replay"
	}
	return p
}

// notProcessing is the answer for a job that is over, or not yet begun.
//
// GitLab lib/api/ci/helpers/runner.rb authenticate_job!
func notProcessing(jobStatus string) reply {
	return reply{
		status:    http.StatusForbidden,
		jobStatus: jobStatus,
		body:      message{"403 Forbidden - Job is not processing on runner"},
	}
}
