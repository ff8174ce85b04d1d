package replay

import (
	"io"
	"net/http"
	"time"

	"runnertape/decode"
	"runnertape/faults"
)

// meet answers a request as the rules of the replay's fault files have it.
func (r *Replayer) meet(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	asked := r.faultCall(w, req, call)
	m := r.faults.Meet(asked)
	if m.Nothing() {
		return r.heard(w, req, call)
	}
	if m.Late > 0 {
		r.hold(req, m.Late)
	}
	if m.Rate > 0 {
		slow := r.slowly(w, req, m.Rate)
		w, req.Body = slow, slow
	}
	if m.Later > 0 {
		w = &lateWriter{ResponseWriter: w, hold: func() { r.hold(req, m.Later) }}
	}
	if m.What == nil {
		return r.heard(w, req, call)
	}
	r.log.Info("fault", "rule", m.Rule.String(), "method", req.Method, "path", r.path(req))
	switch m.What.Kind {
	case faults.Answer:
		return r.heard(r.changing(w, m.What), req, call)
	case faults.Status:
		return r.otherwise(w, req, m.What, call, asked)
	}
	return r.breakOff(w, req, call, &m)
}

// otherwise gives another answer than the true one.
func (r *Replayer) otherwise(w http.ResponseWriter, req *http.Request, what *faults.What, call decode.Call, asked faults.Call) outcome {
	switch {
	case what.Taken:
		r.unheard(w, req, call)
	case !what.Early:
		r.drain(w, req)
	}
	r.writeFault(w, what, asked)
	if tellsOver(what.Code) {
		r.told(call)
	}
	return faulted
}

// breakOff ends the connection, or lets it hang.
func (r *Replayer) breakOff(w http.ResponseWriter, req *http.Request, call decode.Call, m *faults.Meeting) outcome {
	what := m.What
	switch {
	case what.After > 0 && what.OfAnswer:
		short := &shortWriter{ResponseWriter: w, left: what.After}
		if o := r.heard(short, req, call); !short.cut {
			m.Undo()
			return o
		}
		http.NewResponseController(w).Flush()
	case what.After > 0:
		short := &shortBody{ReadCloser: req.Body, left: what.After}
		req.Body = short
		if o := r.heard(&unlessCut{ResponseWriter: w, body: short}, req, call); !short.cut {
			m.Undo()
			return o
		}
	case what.Taken:
		r.unheard(w, req, call)
	default:
		r.drain(w, req)
	}
	if what.Kind == faults.Hang {
		r.hold(req, 0)
	}
	r.count(call, faulted) // what follows does not return
	r.disconnect(w, what.Kind == faults.Reset)
	panic(http.ErrAbortHandler)
}

// hold waits for so long, 0 for ever; but not longer than the client does, nor
// than the replay.
func (r *Replayer) hold(req *http.Request, d time.Duration) {
	var up <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		up = t.C
	}
	select {
	case <-up:
	case <-r.ending:
	case <-req.Context().Done():
	}
}

// drain reads a request to its end: who still writes would see a broken pipe,
// and not what he is answered.
func (r *Replayer) drain(w http.ResponseWriter, req *http.Request) {
	io.Copy(io.Discard, r.body(w, req)) // what breaks off is at its end too
}
