package decode

import (
	"slices"
	"time"

	"runnertape"
)

// Bounds of what a Decoder remembers.
const (
	maxJobs      = 10_000           // of more jobs at once the oldest leave, at the next sweep
	sweepEvery   = 64               // jobs handed out between two sweeps
	maxRedirects = 10_000           // of more redirects the oldest leave
	keepEnded    = 15 * time.Minute // after a job's final update was answered: helpers and cut git requests come late
)

// memory is what a [Decoder] knows of the jobs it has seen handed out.
type memory struct {
	jobs      map[int64]*knownJob
	order     []*knownJob      // jobs, the oldest first; also replaced ones, until the next sweep
	added     int              // jobs since the last sweep
	tokens    map[string]int64 // job token to the job
	wanted    map[want][]int64 // dependency to the jobs that may download it, the newest last
	redirects map[string]int64 // where an artifact call was sent, host and path, to the job; 0 if not known
	sent      []string         // keys of redirects, the oldest first
	now       time.Time        // newest end of an exchange
}

// want is a download a payload allows.
type want struct {
	producer int64
	token    string
}

// knownJob is one job that was handed out.
type knownJob struct {
	id        int64
	token     string
	project   string           // path of repo_url without ".git"
	projectID int64            // number of the project
	caches    []CacheDirection // what its caches may be asked for
	began     time.Time        // when it was handed out
	wants     []want
	runner    runnertape.Runner
	ended     time.Time // when its final update was answered; zero while it runs
}

func newMemory() memory {
	return memory{
		jobs: make(map[int64]*knownJob), tokens: make(map[string]int64),
		wanted: make(map[want][]int64), redirects: make(map[string]int64),
	}
}

// learn keeps what an exchange tells for the ones that follow.
func (k *memory) learn(x *runnertape.Exchange, decoded *runnertape.Decoded, m Message) {
	if x.Ended.After(k.now) {
		k.now = x.Ended
	}
	switch m := m.(type) {
	case *RequestJobMessage:
		if m.Job != nil && m.Job.ID > 0 {
			k.add(m.Job, decoded.Runner, answered(x))
		}
	case *UpdateJobMessage:
		if m.Ended() {
			if job := k.jobs[decoded.JobID]; job != nil {
				job.ended = k.now
			}
		}
	case *DownloadArtifactsMessage:
		k.lead(x, m.Location, decoded.JobID)
	case *UploadArtifactsMessage:
		k.lead(x, m.Location, decoded.JobID)
	case *ObjectStorageMessage: // a storage may send on
		k.lead(x, redirect(x), decoded.JobID)
	}
}

func (k *memory) add(p *JobPayload, runner runnertape.Runner, at time.Time) {
	if old := k.jobs[p.ID]; old != nil {
		k.forget(old)
	}
	job := &knownJob{
		id: p.ID, token: p.Token, project: p.GitInfo.Project(), runner: runner,
		projectID: p.JobInfo.ProjectID, caches: directionsOf(p.Cache), began: at,
	}
	for _, dependency := range p.Dependencies {
		w := want{dependency.ID, dependency.Token}
		if len(job.wants) < 1000 && !slices.Contains(job.wants, w) {
			job.wants = append(job.wants, w)
			k.wanted[w] = append(k.wanted[w], p.ID)
		}
	}
	k.jobs[p.ID] = job
	if p.Token != "" {
		k.tokens[p.Token] = p.ID
	}
	k.order = append(k.order, job)
	if k.added++; k.added >= sweepEvery {
		k.sweep()
	}
}

// sweep forgets jobs that ended long ago, and the oldest of too many.
func (k *memory) sweep() {
	k.added = 0
	keep := k.order[:0]
	excess := len(k.jobs) - maxJobs
	for _, job := range k.order {
		old := !job.ended.IsZero() && k.now.Sub(job.ended) > keepEnded
		switch {
		case k.jobs[job.id] != job: // replaced
		case old || excess > 0:
			k.forget(job)
			excess--
		default:
			keep = append(keep, job)
		}
	}
	clear(k.order[len(keep):])
	k.order = keep
}

func (k *memory) forget(job *knownJob) {
	delete(k.jobs, job.id)
	if k.tokens[job.token] == job.id {
		delete(k.tokens, job.token)
	}
	for _, w := range job.wants {
		left := slices.DeleteFunc(k.wanted[w], func(id int64) bool { return id == job.id })
		if len(left) == 0 {
			delete(k.wanted, w)
		} else {
			k.wanted[w] = left
		}
	}
}
