package replay

import (
	"cmp"
	"log/slog"
	"slices"
	"time"

	"runnertape"
	"runnertape/decode"
)

// addJob takes a request for a job; most are answered with none.
func (ix *index) addJob(x *runnertape.Exchange, call decode.Call, m *decode.RequestJobMessage, upstream string, log *slog.Logger) {
	if x.Status() != 201 {
		return
	}
	id := x.Decoded.JobID
	if m.Job != nil && m.Job.ID != 0 {
		id = m.Job.ID
	}
	if !usable(x) || lost(x.Response.Body) != "" || id == 0 || m.Job != nil && m.Job.Partial {
		ix.skip(x, log)
		return
	}
	j := &job{
		id:      id,
		payload: remember(x),
		bases:   []string{upstream, x.Scheme + "://" + x.Host + call.Prefix},
		started: x.Started,
	}
	j.payload.header = nil          // made anew
	if x.Replied.After(x.Started) { // long polls are held before the job is there
		j.started = x.Replied
	}
	if m.Job != nil {
		j.name, j.token = m.Job.JobInfo.Name, m.Job.Token
		if j.token != "" {
			ix.tokens[j.token] = id
		}
		j.bases = append(j.bases, decode.Bases(m.Job)...)
		for _, base := range j.bases {
			ix.knows(base)
		}
		for _, d := range m.Job.Dependencies {
			if earlier := ix.last(d.ID); earlier != nil && d.ID != id {
				j.needs = append(j.needs, earlier)
			}
		}
	}
	if earlier := ix.last(id); earlier != nil {
		j.needs = append(j.needs, earlier)
	}
	ix.jobs = append(ix.jobs, j)
	ix.byID[id] = append(ix.byID[id], j)
}

// skip counts a job that cannot be handed out again.
func (ix *index) skip(x *runnertape.Exchange, log *slog.Logger) {
	ix.skipped++
	log.Warn("job cannot be replayed: its payload was not recorded whole", "exchange", x.ID, "job", x.Decoded.JobID)
}

// sawUpdate takes an update of the recorded job.
func (j *job) sawUpdate(x *runnertape.Exchange, m *decode.UpdateJobMessage) {
	if j.sealed {
		return
	}
	if !m.Request.Final() {
		j.sawStop(x, m.Answer, j.size == 0)
		return
	}
	status := m.Answer.JobStatus
	j.end = End{State: m.Request.State, FailureReason: m.Request.FailureReason}
	if m.Request.ExitCode != nil {
		j.end.ExitCode = int(*m.Request.ExitCode)
	}
	switch {
	case len(j.stops) > 0:
		j.end.State = stoppedState(j.stops[len(j.stops)-1].status)
	case status == "canceled", m.Answer.Status == 403 && aborts(status) && status != m.Request.State:
		j.stops = append(j.stops, stop{status: status, refused: m.Answer.Status == 403, final: true})
		j.end.State = status
	}
	switch m.Answer.Status {
	case 202:
		j.turns = min(j.turns+1, maxTurns)
		j.pause = min(time.Duration(max(1, m.Answer.UpdateIntervalSeconds))*time.Second, maxPause)
	case 200, 403, 404:
		j.sealed = true
	}
}

// sawPatch takes a piece of the recorded trace.
func (j *job) sawPatch(x *runnertape.Exchange, m *decode.PatchTraceMessage) {
	if m.Answer.Status == 202 {
		j.size = max(j.size, m.Start+m.Bytes)
	}
	if m.Answer.Status != 0 && !j.sealed {
		j.sawStop(x, m.Answer, false)
	}
}

// sawStop notes where the recorded job was told that somebody stopped it.
func (j *job) sawStop(x *runnertape.Exchange, a decode.JobAnswer, pickup bool) {
	if !stops(a.JobStatus) {
		return
	}
	if n := len(j.stops); n > 0 && (j.stops[n-1].status == a.JobStatus || aborts(j.stops[n-1].status)) {
		return // the same, said again
	}
	told := x.Replied
	if told.IsZero() {
		told = x.Started
	}
	j.stops = append(j.stops, stop{
		status:  a.JobStatus,
		bytes:   j.size,
		after:   told.Sub(j.started),
		pickup:  pickup,
		refused: a.Status == 403,
	})
	j.end.State = stoppedState(a.JobStatus)
}

// sawUpload takes an upload of the recorded job.
func (j *job) sawUpload(x *runnertape.Exchange, m *decode.UploadArtifactsMessage) {
	u := Upload{Type: cmp.Or(m.Type, "archive"), Format: cmp.Or(m.Format, "zip"), Filename: m.Filename, Bytes: x.Request.Body.Bytes}
	kind := u.kind()
	switch status := m.Answer.Status; {
	case status == 201 && x.Failure == nil:
		delete(j.barred, kind)
	case (status == 400 || status == 403 || status == 405 || status == 413) && m.Answer.JobStatus == "":
		if j.barred == nil {
			j.barred = map[string]int{}
		}
		j.barred[kind] = status
		return
	default:
		return
	}
	for _, have := range j.uploads {
		if have.same(u) {
			return
		}
	}
	if len(j.uploads) < maxNotes {
		j.uploads = append(j.uploads, u)
	}
}

// link ties together what the recording has apart.
func (ix *index) link() {
	slices.SortStableFunc(ix.jobs, func(a, b *job) int { return a.started.Compare(b.started) }) // held polls are asked early and answered late
	ix.withoutRoots()
	for _, d := range ix.downloads {
		d.follow(ix.storage)
	}
}
