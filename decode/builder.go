package decode

import (
	"cmp"
	"slices"
	"time"

	"runnertape"
)

// Builder puts jobs together from the exchanges of one recording, in order of
// their numbers or of their ends: what a job says may come in any order, but not
// before the exchange that handed it out. It keeps of each exchange no more than
// [Job] shows, no bodies. Who reads a long recording takes the jobs that are over
// out of it from time to time with [Builder.Ended], and at the end has the rest
// from [Builder.Jobs].
type Builder struct {
	jobs  map[int64][]*Job // of each number in order of hand-out
	order []*Job           // as they first appeared
	now   time.Time        // latest begin of an exchange
	swept time.Time        // now, when Ended last looked
}

// NewBuilder returns a Builder without jobs.
func NewBuilder() *Builder { return &Builder{jobs: make(map[int64][]*Job)} }

// Jobs are the jobs, as they first appeared, but for those that [Builder.Ended]
// gave. A number that was handed out twice is two jobs.
func (b *Builder) Jobs() []*Job { return b.order }

// silent is how long nothing must have come of a job that has not ended to take it
// for over. A runner that lives says something every 30 min (the longest interval
// of FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL), and at the end tries each hour.
const silent = 2 * time.Hour

// Ended are jobs that are over, as they first appeared, and the Builder lets go
// of them: those whose final update was answered 15 min ago by the recording's
// clock, since helpers and cut git requests come late, and those of which
// nothing came for 2 hours. What comes even later makes a job of its own, without
// a beginning. It may be called after each [Builder.Add]: it looks once a minute
// of the recording's time.
func (b *Builder) Ended() []*Job {
	if b.now.Sub(b.swept) < time.Minute {
		return nil
	}
	b.swept = b.now
	var over []*Job
	b.order = slices.DeleteFunc(b.order, func(j *Job) bool {
		ended := !j.Ended.IsZero() && b.now.Sub(j.Ended) > keepEnded
		if !ended && b.now.Sub(j.Events[len(j.Events)-1].At) <= silent {
			return false
		}
		over = append(over, j)
		b.forget(j)
		return true
	})
	return over
}

func (b *Builder) forget(j *Job) {
	known := b.jobs[j.ID]
	switch at := slices.Index(known, j); {
	case len(known) == 1:
		delete(b.jobs, j.ID)
	case at == 0: // as nearly always, and nothing has to be moved
		b.jobs[j.ID] = known[1:]
	default:
		b.jobs[j.ID] = slices.Delete(known, at, at+1)
	}
}

// Add takes one exchange in. m is its message; nil means that of x.Decoded. An
// exchange that was not decoded, or belongs to no job, changes nothing.
func (b *Builder) Add(x *runnertape.Exchange, m Message) {
	if x.Started.After(b.now) {
		b.now = x.Started
	}
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
		b.earlier(job)
	case *PatchTraceMessage:
		job.patch(x, m)
	case *UpdateJobMessage:
		job.update(x, m)
	case *UploadArtifactsMessage:
		job.upload(x, m)
	case *DownloadArtifactsMessage:
		job.download(x, m)
	case *CacheMessage:
		job.cache(x, m)
	}
	job.Events = insert(job.Events, event(x, m), Event.exchange)
	switch Endpoint(x.Decoded.Endpoint) {
	case ObjectStorage:
		job.Storage = insert(job.Storage, x.ID, itself)
	case Git:
		job.Git = insert(job.Git, x.ID, itself)
	}
	runner := x.Decoded.Runner
	job.Runner = runnertape.Runner{
		Token:    cmp.Or(job.Runner.Token, runner.Token),
		SystemID: cmp.Or(job.Runner.SystemID, runner.SystemID),
		Version:  cmp.Or(job.Runner.Version, runner.Version),
		Executor: cmp.Or(job.Runner.Executor, runner.Executor),
	}
}

// job is the job x belongs to, see [WhichJob].
func (b *Builder) job(x *runnertape.Exchange, m Message) *Job {
	id, known := x.Decoded.JobID, b.jobs[x.Decoded.JobID]
	i, ok := WhichJob(x, m, len(known), func(i int) HandOut {
		return HandOut{known[i].Payload, known[i].PickedUp, known[i].Events[0].At}
	})
	if ok {
		return known[i]
	}
	return b.add(id, i)
}

// MaxEarlier is how many earlier hand-outs of its number a job knows, the latest: a
// server that was made up may hand out the same number for ever.
const MaxEarlier = 100

// earlier tells a job that was handed out, and those of its number after it, of those
// before them.
func (b *Builder) earlier(job *Job) {
	known := b.jobs[job.ID]
	i := len(known) - 1
	for known[i] != job {
		i--
	}
	for i = max(i, 1); i < len(known); i++ {
		payloads := slices.Clone(known[i-1].Earlier)
		if before := known[i-1].Payload; before != 0 {
			payloads = append(payloads, before)
		}
		known[i].Earlier = payloads[max(0, len(payloads)-MaxEarlier):]
	}
}

// add makes a job, the i-th of that number.
func (b *Builder) add(id int64, i int) *Job {
	job := &Job{ID: id}
	b.jobs[id] = slices.Insert(b.jobs[id], i, job)
	b.order = append(b.order, job)
	return job
}
