package decode

import (
	"cmp"
	"time"

	"runnertape"
)

// Builder puts jobs together from the exchanges of one recording, in their
// order. It keeps of each exchange no more than [Job] shows, no bodies.
type Builder struct {
	jobs  map[int64]*Job
	order []*Job // as they first appeared
}

// NewBuilder returns a Builder without jobs.
func NewBuilder() *Builder { return &Builder{jobs: make(map[int64]*Job)} }

// Jobs are the jobs, as they first appeared.
func (b *Builder) Jobs() []*Job { return b.order }

// Job is the job of that number, nil if there is none. If the number was
// handed out more than once it is the last.
func (b *Builder) Job(id int64) *Job { return b.jobs[id] }

// Add takes one exchange in. m is its message; nil means that of x.Decoded. An
// exchange that was not decoded, or belongs to no job, changes nothing.
func (b *Builder) Add(x *runnertape.Exchange, m Message) {
	if x.Decoded == nil || x.Decoded.JobID == 0 {
		return
	}
	if m == nil {
		m, _ = ParseMessage(x.Decoded) // nil if it is not readable: then only the endpoint counts
	}
	job := b.job(x, m)
	switch m := m.(type) {
	case *RequestJobMessage:
		job.handOut(x, m)
	case *PatchTraceMessage:
		job.patch(x, m)
	case *UpdateJobMessage:
		job.update(x, m)
	case *UploadArtifactsMessage:
		job.upload(x, m)
	case *DownloadArtifactsMessage:
		job.download(x, m)
	}
	job.Events = append(job.Events, event(x))
	switch Endpoint(x.Decoded.Endpoint) {
	case ObjectStorage:
		job.Storage = append(job.Storage, x.ID)
	case Git:
		job.Git = append(job.Git, x.ID)
	}
	runner := x.Decoded.Runner
	job.Runner = runnertape.Runner{
		Token:    cmp.Or(job.Runner.Token, runner.Token),
		SystemID: cmp.Or(job.Runner.SystemID, runner.SystemID),
		Version:  cmp.Or(job.Runner.Version, runner.Version),
		Executor: cmp.Or(job.Runner.Executor, runner.Executor),
	}
}

// job is the job x belongs to. A number that is handed out again is a new job.
func (b *Builder) job(x *runnertape.Exchange, m Message) *Job {
	id := x.Decoded.JobID
	old := b.jobs[id]
	request, given := m.(*RequestJobMessage)
	if given = given && request.Job != nil; old != nil && (!given || old.Payload == 0) {
		return old
	}
	job := &Job{ID: id}
	if old != nil {
		job.Earlier = append(old.Earlier[:len(old.Earlier):len(old.Earlier)], old.Payload)
		for i := range b.order {
			if b.order[i] == old {
				b.order[i] = job
			}
		}
	} else {
		b.order = append(b.order, job)
	}
	b.jobs[id] = job
	return job
}

func (j *Job) handOut(x *runnertape.Exchange, m *RequestJobMessage) {
	if m.Job == nil {
		return
	}
	j.Payload, j.RequestedAt, j.PickedUp = x.ID, x.Started, answered(x)
	info := &m.Job.JobInfo
	j.Name, j.Stage = info.Name, info.Stage
	j.Project = cmp.Or(info.ProjectFullPath, m.Job.Variable("CI_PROJECT_PATH"), info.ProjectName)
	j.ProjectID, j.Ref, j.SHA = info.ProjectID, m.Job.GitInfo.Ref, m.Job.GitInfo.SHA
	j.Queued = time.Duration(info.TimeInQueueSeconds * float64(time.Second))
	j.Timeout = time.Duration(m.Job.RunnerInfo.TimeoutSeconds) * time.Second
}

func (j *Job) patch(x *runnertape.Exchange, m *PatchTraceMessage) {
	j.Patches = append(j.Patches, Patch{
		Exchange: x.ID, Start: m.Start, Bytes: m.Bytes, Truncated: m.Truncated,
		Status: m.Answer.Status, JobStatus: m.Answer.JobStatus, Held: m.Answer.Range, At: x.Started,
	})
	j.heed(x, m.Answer.JobStatus)
}

func (j *Job) update(x *runnertape.Exchange, m *UpdateJobMessage) {
	u := Update{
		Exchange: x.ID, State: m.Request.State, Reason: m.Request.FailureReason, ExitCode: m.Request.ExitCode,
		Pickup: m.Request.Pickup(), Status: m.Answer.Status, JobStatus: m.Answer.JobStatus, At: x.Started,
	}
	if m.Request.Output != nil {
		u.Bytesize = m.Request.Output.Bytesize
	}
	j.Updates = append(j.Updates, u)
	if !u.Final() {
		j.heed(x, u.JobStatus)
		return
	}
	j.State, j.FailureReason, j.ExitCode = u.State, u.Reason, u.ExitCode
	if m.Ended() {
		j.Ended = answered(x)
	}
}

// heed notes the first answer that stops the job.
func (j *Job) heed(x *runnertape.Exchange, jobStatus string) {
	if j.CanceledBy == nil && cancels(jobStatus) {
		j.CanceledBy = &Cancel{Exchange: x.ID, JobStatus: jobStatus, TraceBytes: j.TraceSize(), At: answered(x)}
	}
}

// answered is when the answer came, or the exchange ended without.
func answered(x *runnertape.Exchange) time.Time {
	if x.Replied.IsZero() {
		return x.Ended
	}
	return x.Replied
}
