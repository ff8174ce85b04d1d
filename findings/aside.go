package findings

import (
	"slices"
	"time"

	"runnertape/decode"
)

// aside is what is kept of a job beside its [decode.Job].
type aside struct {
	said     tally
	began    time.Time // its first exchange
	payload  uint64    // exchange that handed it out; 0 if not seen
	pickedUp time.Time // when that was answered
	unread   bool      // and not understood
	reasons  []string  // failure reasons this GitLab knows
	clones   bool      // it names a repository, and GIT_STRATEGY does not forbid to fetch it
	token    string    // of the job
	wants    int       // dependencies with artifacts
	makes    int       // artifacts to upload if it passes

	interval     int               // longest X-GitLab-Trace-Update-Interval, s; 0 if none
	lastInterval int               // the last of a PATCH
	patchErrors  map[uint64]string // what was said with refused patches, the first few
	finalError   string            // what was said with the last refused final update
	gitAsked     uint64            // exchange by which git was asked for credentials; 0 if it came with them since
	redirected   uint64            // last download that was sent to a storage, 0 if the storage was asked since
	redirectedTo string            // its host
	opened       opened            // in flight when the recording ended
}

// learn keeps of an exchange what the rules for the whole job need.
func (a *aside) learn(s *seen) {
	switch m := s.m.(type) {
	case *decode.RequestJobMessage:
		a.learnPayload(s, m)
	case *decode.PatchTraceMessage:
		a.learnInterval(s, m.Answer.UpdateIntervalSeconds)
		if m.Answer.ErrorText != "" && len(a.patchErrors) < maxAlike {
			if a.patchErrors == nil {
				a.patchErrors = make(map[uint64]string)
			}
			a.patchErrors[s.x.ID] = m.Answer.ErrorText
		}
	case *decode.UpdateJobMessage:
		if m.Request.Final() {
			a.finalError = m.Answer.ErrorText
		} else {
			a.learnInterval(s, m.Answer.UpdateIntervalSeconds)
		}
	case *decode.GitMessage:
		a.learnGit(s, m)
	case *decode.DownloadArtifactsMessage:
		if m.Location != "" {
			a.redirected, a.redirectedTo = s.x.ID, hostOf(m.Location)
		}
	case *decode.ObjectStorageMessage:
		a.redirected = 0
	}
}

// aside is what is kept of the exchange's job, see [decode.WhichJob].
func (f *Finder) aside(s *seen) *aside {
	known := f.jobs[s.jobID]
	i, ok := decode.WhichJob(s.x, s.m, len(known), func(i int) decode.HandOut {
		return decode.HandOut{Payload: known[i].payload, PickedUp: known[i].pickedUp, Began: known[i].began}
	})
	if ok {
		return known[i]
	}
	return f.newAside(s, i)
}

// newAside is that of the i-th job of its number.
func (f *Finder) newAside(s *seen, i int) *aside {
	if len(f.order) >= maxJobs {
		f.forget(f.order[0]) // it may be of the same number
	}
	side := &aside{began: s.x.Started}
	f.order = append(f.order, s.jobID)
	f.jobs[s.jobID] = slices.Insert(f.jobs[s.jobID], min(i, len(f.jobs[s.jobID])), side)
	return side
}

// forget lets go of the first job of that number.
func (f *Finder) forget(id int64) {
	switch at := slices.Index(f.order, id); {
	case at == 0:
		f.order = f.order[1:]
	case at > 0:
		f.order = slices.Delete(f.order, at, at+1)
	}
	if left := f.jobs[id]; len(left) > 1 {
		f.jobs[id] = left[1:]
	} else {
		delete(f.jobs, id)
	}
}

// Forget lets go of what is kept of a job that is over and whose findings were
// asked for; else a Finder keeps it as long as there are not too many.
func (f *Finder) Forget(job *decode.Job) {
	for _, side := range f.jobs[job.ID] {
		f.forget(job.ID)
		if side.payload == job.Payload {
			return
		}
	}
}
