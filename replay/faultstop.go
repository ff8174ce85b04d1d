package replay

import (
	"time"

	"runnertape/faults"
)

// stopNow delivers the stops that a job has reached by now: the recorded ones, and
// those of fault files. It tells whether the request that met one is refused. The
// lane is locked.
func (r *Replayer) stopNow(j *job, now time.Time) (refuse bool) {
	refuse = j.stopNow(r.age(j, now))
	if r.faults == nil || aborts(j.status) {
		return refuse
	}
	c := faults.Call{Now: now}
	j.describe(&c)
	what, rule := r.faults.Stopped(c)
	if what == nil {
		return refuse
	}
	j.status = what.Told
	if what.Told == "cancel" {
		j.status = "canceled"
		if j.graceful {
			j.status = "canceling"
		}
	}
	r.log.Info("fault", "rule", rule.String(), "job", j.id, "job_status", j.status)
	// A job that was stopped before the request came refuses it; one that the request has
	// brought to that point has taken it (GitLab lib/api/ci/helpers/runner.rb authenticate_job!).
	return aborts(j.status) && what.At.Bytes == 0
}
