package replay

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"runnertape/decode"
	"runnertape/faults"
)

// faultCall is what fault rules look at. Of the body only an update's is read,
// and put back.
func (r *Replayer) faultCall(w http.ResponseWriter, req *http.Request, call decode.Call) faults.Call {
	c := faults.Call{Endpoint: call.Endpoint, JobID: call.JobID, Path: req.URL.Path, Now: r.now()}
	c.Age = c.Now.Sub(r.began)
	switch call.Endpoint {
	case decode.PatchTrace:
		c.Offset, _ = patchStart(req.Header.Get("Content-Range"))
	case decode.UpdateJob:
		c.State = r.stateOf(w, req)
	}
	job := call.JobID
	if call.Endpoint == decode.Git || call.Endpoint == decode.Unknown { // a job's clone, or what its script asks
		job = r.jobOf(r.live(req))
	}
	if j := r.index.job(job); j != nil {
		j.mu.Lock()
		j.describe(&c)
		j.mu.Unlock()
	}
	return c
}

// describe says how far the job has come. Its lane is locked.
func (j *job) describe(c *faults.Call) {
	c.JobID, c.JobName = j.number, j.name
	c.Trace, c.Picked = j.log.size, j.log.size > 0 || j.heard
	if j.phase != waiting {
		c.Age = c.Now.Sub(j.since)
	}
}

// stateOf is the state that an update says.
func (r *Replayer) stateOf(w http.ResponseWriter, req *http.Request) string {
	begin, _ := io.ReadAll(io.LimitReader(r.body(w, req), maxJSON)) // the answer meets what went wrong again
	rest := req.Body
	req.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(begin), rest), rest}
	var u update
	if json.Unmarshal(begin, &u) != nil {
		return ""
	}
	return u.State
}
