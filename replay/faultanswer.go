package replay

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"runnertape/decode"
	"runnertape/faults"
)

// writeFault writes the answer of a fault. What the rule does not say about it is as
// the protocol has it: above all the Range of a 416 is what is held of *this*
// runner's trace.
func (r *Replayer) writeFault(w http.ResponseWriter, what *faults.What, call faults.Call) {
	h := w.Header()
	held, known, interval := r.held(what, call)
	of := call.Endpoint
	switch {
	case of == decode.PatchTrace && what.Code == http.StatusAccepted:
		h.Set(headerInterval, strconv.FormatInt(seconds(interval), 10))
		fallthrough
	case of == decode.PatchTrace && what.Code == http.StatusRequestedRangeNotSatisfiable && known:
		h.Set("Range", fmt.Sprintf("0-%d", held))
	case of == decode.UpdateJob && what.Code == http.StatusAccepted:
		h[headerInterval] = []string{"1"} // the first pause of GitLab's back-off
	case of == decode.Git && what.Code == http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Basic realm="GitLab"`)
	}
	kind, body := faultBody(what.Code)
	if kind != "" {
		h.Set("Content-Type", kind)
	}
	if what.Early {
		h.Set("Connection", "close") // the rest of the request is not wanted
	}
	r.set(h, what, held)
	if what.Body != nil {
		body = *what.Body
	}
	if kind != "" || what.Body != nil {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(what.Code)
	w.Write([]byte(body))
}

// held is how much is held of a call's trace, after what the fault makes the
// server forget, and how often the trace is to be sent. A server that answers an update with 412 has no trace that it
// could go on with (gitlab-runner network/trace.go).
func (r *Replayer) held(what *faults.What, call faults.Call) (bytes int64, known bool, interval time.Duration) {
	j := r.index.job(call.JobID)
	if j == nil {
		return 0, false, defaultInterval
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if lost := what.Forget || call.Endpoint == decode.UpdateJob && what.Code == http.StatusPreconditionFailed; lost && j.phase == running {
		j.log = tracelog{}
		r.drop(j)
	}
	return j.log.size, true, r.intervalOf(j)
}

// set puts into the header of an answer what a rule sets there.
func (r *Replayer) set(h http.Header, what *faults.What, held int64) {
	put := func(name, value string) {
		if value != "" {
			h[name] = []string{value} // names of GitLab's own are not in net/http's spelling
		}
	}
	put(headerJobStatus, what.JobStatus)
	put("Location", what.Location)
	put("Content-Type", what.Type)
	if what.Range != nil {
		h.Del("Range")
		put("Range", what.Range.Value(held))
	}
	if what.RetryAfter > 0 {
		put("Retry-After", strconv.Itoa(what.RetryAfter))
	}
	if what.ResetAfter > 0 { // up to the second after: the runner waits until then
		put("RateLimit-ResetTime", r.now().Add(what.ResetAfter+time.Second-1).UTC().Format(http.TimeFormat))
	}
	if what.Interval > 0 {
		put(headerInterval, strconv.FormatInt(seconds(what.Interval), 10))
	}
	for _, f := range what.Header {
		h.Add(f.Name, f.Value)
	}
}

// faultBody is what GitLab, or the nginx before it, says with a status. The runner
// shows the first's words and acts on neither (gitlab-runner network/client.go).
//
// GitLab lib/api/helpers.rb, lib/api/helpers/rate_limiter.rb
func faultBody(status int) (contentType, body string) {
	const text, html, json = "text/plain", "text/html", "application/json"
	name := http.StatusText(status)
	switch {
	case status == http.StatusNoContent, status == http.StatusNotModified:
		return "", ""
	case status < 400:
		return text, strconv.Itoa(status)
	case status == http.StatusTooManyRequests:
		return json, `{"message":{"error":"This endpoint has been requested too many times. Try again later."}}`
	case status == http.StatusRequestedRangeNotSatisfiable:
		return json, `{"error":"416 Range Not Satisfiable"}`
	case status >= 502 && status <= 504:
		return html, fmt.Sprintf("<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%d %s</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", status, name, status, name)
	}
	return json, string(compact(message{fmt.Sprintf("%d %s", status, name)}))
}
