package replay

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// DefaultLostAfter is how long a job may be silent before its runner counts as lost, unless it sends its trace seldom. A
// runner says every 30 s that it is there, or every four intervals of its trace if it is told to
// (FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL), and that may be lost once.
//
// gitlab-runner network/trace.go, common/consts.go
const DefaultLostAfter = 90 * time.Second

// rescue offers the jobs again whose runners were lost: killed, say. GitLab lets such a job fail as stuck. Here another plays it
// too, since the recording has it to its end. The queue is locked.
//
// GitLab app/services/ci/stuck_builds/drop_running_service.rb
func (r *Replayer) rescue() {
	q := &r.queue
	now := r.now()
	if r.lostAfter < 0 || now.Before(q.check) {
		return
	}
	q.check = now.Add(cmp.Or(r.lostAfter, DefaultLostAfter))
	for _, j := range slices.SortedFunc(maps.Keys(q.out), func(a, b *job) int { return cmp.Compare(a.id, b.id) }) {
		silent, left, what := r.silence(j, now)
		switch what {
		case strayed:
			if j.rescued < maxRescues {
				r.offerAgain(j, silent)
			} else {
				r.lose(j)
			}
			fallthrough
		case ended:
			delete(q.out, j)
		case there:
			if next := now.Add(left); next.Before(q.check) {
				q.check = next
			}
		}
	}
}

// patience is how long a job may be silent.
func (r *Replayer) patience(j *job) time.Duration {
	return cmp.Or(r.lostAfter, max(DefaultLostAfter, 5*r.intervalOf(j)))
}

// fate is what has become of a job that was handed out.
type fate int

const (
	there   fate = iota // it runs, or is being handed out
	ended               // its runner knows, or is not there to ask
	strayed             // its runner is not there
)

// silence finds out what has become of a job, and lets it fail if its runner is lost. It tells too how long it has been
// silent, and may be further.
func (r *Replayer) silence(j *job, now time.Time) (silent, left time.Duration, what fate) {
	j.mu.Lock()
	defer j.mu.Unlock()
	may := r.patience(j)
	silent = now.Sub(j.heardAt)
	switch {
	case j.phase == waiting:
		return 0, may, there
	case j.phase == over && !j.untold:
		return 0, 0, ended
	case silent < may:
		return silent, may - silent, there
	case j.untold:
		j.untold = false
		r.gone()
		return 0, 0, ended
	case aborts(j.status): // so it has ended, whether its runner knows or not
		r.finished(j, End{State: j.status})
		return 0, 0, ended
	}
	r.drop(j)
	j.pieces = nil
	j.finish(End{State: "failed", FailureReason: "stuck_or_timeout_failure"})
	return silent, 0, strayed
}

// maxRescues is how often a job is offered again, as often as GitLab retries one at most (GitLab doc/ci/yaml retry): else
// a job that loses every runner would have no end.
const maxRescues = 2

// lose lets a job be that lost its runner once too often: it has failed.
func (r *Replayer) lose(j *job) {
	text := fmt.Sprintf("job %d lost its runner, and is not offered again after %d times", j.id, maxRescues)
	j.mu.Lock()
	j.note(text)
	j.mu.Unlock()
	r.log.Warn(text, "job", j.number, "name", j.name)
	j.plays.ended.Add(1)
	r.gone()
}

// offerAgain puts a job whose runner was lost into the queue as another one.
func (r *Replayer) offerAgain(j *job, silent time.Duration) {
	next, err := r.index.again(j.at)
	if next == nil {
		r.log.Error("job cannot be offered again", "job", j.id, "err", err)
		j.plays.ended.Add(1)
		r.gone()
		return
	}
	text := fmt.Sprintf("job %d lost its runner, which was silent for %v: offered again as job %d", j.id, silent.Round(time.Second), next.id)
	if j.unassured {
		text = fmt.Sprintf("job %d was not taken for %v by the runner that got it: offered again as job %d", j.id, silent.Round(time.Second), next.id)
	}
	next.rescued = j.rescued + 1
	next.notes = append(slices.Clone(j.notes), text)
	r.log.Warn(text, "job", j.number, "name", j.name)
	r.queue.insert(next)
}
