package redact

import (
	"slices"

	"runnertape"
	"runnertape/decode"
)

// inFlight is an exchange that has not ended.
type inFlight struct {
	id       uint64
	endpoint decode.Endpoint // as the request line tells
	parts    [2]part         // request, response
	heads    [2]head         // request, response
	target   redacted        // of the request
	declared []*secret       // by this exchange, to be released
	crc32    uint32          // of the request body as it came, if it is a piece of a trace

	streamed bool   // a body of it was passed on in pieces
	since    uint64 // how many secrets had been learned lately then
	stale    bool   // a body was changed after it was passed on
	trace    patch  // the piece of a trace that the request body is
	chain    ranges // the patches that one of those secrets may be in, if it is a patch that ended
}

// head is the header of a request or a response, and the same with stand-ins.
type head struct {
	came     bool
	noted    bool // it is in the sketch
	was, now runnertape.Header
	change   uint64 // of what is looked for, when now was made
}

// redacted is a text, and the same with stand-ins.
type redacted struct {
	was, now string
	change   uint64 // of what is looked for, when now was made
}

// maxUnused bounds what is kept for later exchanges.
const maxUnused = 8

func (s *Sink) begin(x *runnertape.Exchange) *inFlight {
	f := new(inFlight)
	if n := len(s.unused); n > 0 {
		f, s.unused = s.unused[n-1], s.unused[:n-1]
	}
	f.id = x.ID
	call := decode.Classify(x.Request.Method, x.Request.Path())
	f.endpoint, f.trace.job = call.Endpoint, call.JobID
	f.parts[0].init(f.endpoint, runnertape.RequestSide)
	f.parts[1].init(f.endpoint, runnertape.ResponseSide)
	s.live[x.ID] = f
	return f
}

// end lets go of everything that f holds.
func (s *Sink) end(f *inFlight) {
	if s.secrets != nil {
		s.secrets.release(f.declared)
	}
	clear(f.declared)
	parts, declared := f.parts, f.declared[:0]
	*f = inFlight{declared: declared}
	if len(s.unused) < maxUnused {
		f.parts[0].reuse(&parts[0])
		f.parts[1].reuse(&parts[1])
		s.unused = append(s.unused, f)
	}
}

// sides are the two, in the order in which bodies are finished.
var sides = [2]runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide}

func (f *inFlight) part(side runnertape.Side) *part { return &f.parts[side-runnertape.RequestSide] }

func (f *inFlight) header(side runnertape.Side) runnertape.Header {
	return f.heads[side-runnertape.RequestSide].was
}

func (f *inFlight) takeJournal(r *Redactor) { f.declared = r.takeJournal(f.declared) }

// learn learns what the heads of x declare that have not been seen yet.
func (f *inFlight) learn(r *Redactor, x *runnertape.Exchange) {
	if f.target.was != x.Request.Target {
		f.target = redacted{was: x.Request.Target}
		r.learnTarget(x.Request.Target)
	}
	f.learnHead(r, 0, x.Request.Header, x.Request.Body)
	r.learnHead(x.Request.Trailer)
	for _, interim := range x.Interim {
		r.learnHead(interim.Header)
	}
	if x.Response != nil {
		f.learnHead(r, 1, x.Response.Header, x.Response.Body)
		r.learnHead(x.Response.Trailer)
	}
	f.takeJournal(r)
}

func (f *inFlight) learnHead(r *Redactor, i int, h runnertape.Header, b runnertape.Body) {
	f.parts[i].declared = b.Declared
	if known := &f.heads[i]; !known.came || !slices.Equal(known.was, h) {
		f.heads[i] = head{came: true, was: h}
		f.parts[i].headCame(h)
		r.learnHead(h)
	}
}

// redact puts stand-ins into x. Without a Redactor it stays as it is.
func (f *inFlight) redact(r *Redactor, x *runnertape.Exchange) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := &f.target; t.now == "" || t.change != r.forms.change {
		t.now, t.change = r.target(f.endpoint, t.was), r.forms.change
	}
	x.Request.Target = f.target.now
	x.Request.Method, x.Host = r.tokens(x.Request.Method), r.tokens(x.Host) // which a client may choose
	x.Request.Header = f.heads[0].redacted(r)
	x.Request.Trailer = r.header(x.Request.Trailer)
	if len(x.Interim) > 0 {
		x.Interim = slices.Clone(x.Interim)
	}
	for i := range x.Interim {
		x.Interim[i].Header = r.header(x.Interim[i].Header)
	}
	if x.Response != nil {
		x.Response.Reason = r.text(x.Response.Reason)
		x.Response.Header = f.heads[1].redacted(r)
		x.Response.Trailer = r.header(x.Response.Trailer)
	}
	if x.Failure != nil {
		x.Failure.Text = r.text(x.Failure.Text)
	}
}

func (h *head) redacted(r *Redactor) runnertape.Header {
	if h.now == nil || h.change != r.forms.change {
		h.now = r.header(h.was)
		h.change = r.forms.change
	}
	return h.now
}

// target is the target of a request with stand-ins. The path of a runner API call has
// no secret in it, and must stay that call even if a variable has one of its words.
func (r *Redactor) target(e decode.Endpoint, target string) string {
	switch e {
	case decode.Unknown, decode.Git:
		return r.address(target)
	}
	path := (&runnertape.Request{Target: target}).Path()
	if len(path) == len(target) {
		return target
	}
	return path + r.address(target[len(path):])
}

// follow notes what an exchange tells of the jobs that run.
func (r *Redactor) follow(f *inFlight, x *runnertape.Exchange, m decode.Message) {
	switch m := m.(type) {
	case *decode.RequestJobMessage:
		if m.Job != nil && x.Decoded.JobID > 0 {
			r.holdForJob(x.Decoded.JobID, f.declared)
			f.declared = f.declared[:0]
		}
	case *decode.UpdateJobMessage:
		if m.Ended() {
			r.jobEnded(x.Decoded.JobID)
		}
	}
}
