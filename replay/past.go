package replay

import (
	"cmp"
	"time"

	"runnertape"
	"runnertape/decode"
)

// past is what was recorded of a job's lane.
type past struct {
	started time.Time     // when it was handed out then
	end     End           // how it ended
	sealed  bool          // its final update was answered for good; what came later is no part of it
	size    int64         // trace bytes the upstream held at last
	pieces  []piece       // of the trace, as far as it is compared; nil once it was
	stops   []stop        // where somebody stopped it, in order
	turns   int           // answers of 202 to its final update
	pause   time.Duration // between those, at last

	interval time.Duration  // how often its runner was told to send the trace, at last; 0 if it was not
	uploads  []pastUpload   // artifacts the upstream took
	barred   map[string]int // kinds of artifacts it never took, and the status it refused the last with
}

// saw takes an exchange of the lane.
func (p *past) saw(x *runnertape.Exchange, m decode.Message) {
	switch m := m.(type) {
	case *decode.UpdateJobMessage:
		p.sawUpdate(x, m)
	case *decode.PatchTraceMessage:
		p.sawPatch(x, m)
	case *decode.UploadArtifactsMessage:
		p.sawUpload(x, m)
	}
}

// sawUpdate takes an update of the recorded job.
func (p *past) sawUpdate(x *runnertape.Exchange, m *decode.UpdateJobMessage) {
	if p.sealed {
		return
	}
	if !m.Request.Final() {
		p.sawStop(x, m.Answer, p.size == 0)
		return
	}
	status := m.Answer.JobStatus
	p.end = End{State: m.Request.State, FailureReason: m.Request.FailureReason}
	if m.Request.ExitCode != nil {
		p.end.ExitCode = int(*m.Request.ExitCode)
	}
	switch {
	case len(p.stops) > 0:
		p.end.State = stoppedState(p.stops[len(p.stops)-1].status)
	case status == "canceled", m.Answer.Status == 403 && aborts(status) && status != m.Request.State:
		p.stops = append(p.stops, stop{status: status, refused: m.Answer.Status == 403, final: true})
		p.end.State = status
	}
	switch m.Answer.Status {
	case 202:
		p.turns = min(p.turns+1, maxTurns)
		p.pause = time.Duration(max(1, m.Answer.UpdateIntervalSeconds)) * time.Second
	case 200, 403, 404:
		p.sealed = true
	}
}

// sawPatch takes a piece of the recorded trace.
func (p *past) sawPatch(x *runnertape.Exchange, m *decode.PatchTraceMessage) {
	if m.Answer.Status == 202 {
		p.sawPiece(x, m)
		p.size = max(p.size, m.Start+m.Bytes)
		if told := m.Answer.UpdateIntervalSeconds; told > 0 {
			p.interval = time.Duration(told) * time.Second
		}
	}
	if m.Answer.Status != 0 && !p.sealed {
		p.sawStop(x, m.Answer, false)
	}
}

// sawStop notes where the recorded job was told that somebody stopped it.
func (p *past) sawStop(x *runnertape.Exchange, a decode.JobAnswer, pickup bool) {
	if !stops(a.JobStatus) {
		return
	}
	if n := len(p.stops); n > 0 && (p.stops[n-1].status == a.JobStatus || aborts(p.stops[n-1].status)) {
		return // the same, said again
	}
	told := x.Replied
	if told.IsZero() {
		told = x.Started
	}
	p.stops = append(p.stops, stop{
		status:  a.JobStatus,
		bytes:   p.size,
		after:   told.Sub(p.started),
		pickup:  pickup,
		refused: a.Status == 403,
	})
	p.end.State = stoppedState(a.JobStatus)
}

// sawUpload takes an upload of the recorded job.
func (p *past) sawUpload(x *runnertape.Exchange, m *decode.UploadArtifactsMessage) {
	u := Upload{Type: cmp.Or(m.Type, "archive"), Format: cmp.Or(m.Format, "zip"), Filename: m.Filename, Bytes: x.Request.Body.Bytes}
	kind := u.kind()
	switch status := m.Answer.Status; {
	case status == 201 && x.Failure == nil:
		delete(p.barred, kind)
	case (status == 400 || status == 403 || status == 405 || status == 413) && m.Answer.JobStatus == "":
		if p.barred == nil {
			p.barred = map[string]int{}
		}
		p.barred[kind] = status
		return
	default:
		return
	}
	for _, have := range p.uploads {
		if have.same(u) {
			return
		}
	}
	if len(p.uploads) < maxNotes {
		p.uploads = append(p.uploads, pastUpload{Upload: u, exchange: x.ID, contentType: x.Request.Header.Get("Content-Type"), body: x.Request.Body})
	}
}

// pastUpload is an artifact that was recorded.
type pastUpload struct {
	Upload
	exchange    uint64
	contentType string // of the form it came in
	body        runnertape.Body
}
