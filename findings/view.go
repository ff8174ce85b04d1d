package findings

import (
	"time"

	"runnertape/decode"
)

// view is a job, as the rules that judge whole ones look at it.
type view struct {
	*decode.Job
	log     *decode.Log    // nil if it was not looked at
	side    *aside         // what single exchanges told
	said    *tally         // what was found
	version decode.Version // of its runner
	end     time.Time      // of the recording

	firstFinal, lastFinal *decode.Update // nil if it sent none
	done                  *decode.Update // the first final one that was answered for good
	beyond                bool           // GitLab said it holds more log than was written
}

// jobRules judge whole jobs, in this order.
var jobRules = []func(*view){
	lost, handedOutAgain, pickedUp, firstContact,
	mismatches, patchesFailed, patchesRepeated, bigPatches, traceGaps, traceClaim, traceRewritten, traceMissing, keepAlives, keepAlivesRefused,
	finalTurns, finalRetries, finalRefused, finalRepeated, neverEnded,
	canceled, failedBecause,
	uploadsLost, downloadsLost, redirectsNotFollowed, helpersElsewhere, gitCredentials, gitElsewhere, expectedBreaks,
}

// newView looks through the updates once.
func newView(job *decode.Job, log *decode.Log, side *aside, end time.Time) *view {
	v := &view{Job: job, log: log, side: side, said: side.said.clone(), version: decode.ParseVersion(job.Runner.Version), end: end}
	for i, u := range job.Updates {
		if !u.Final() {
			continue
		}
		if v.firstFinal == nil {
			v.firstFinal = &job.Updates[i]
		}
		if v.done == nil && u.Ended() {
			v.done = &job.Updates[i]
		}
		v.lastFinal = &job.Updates[i]
	}
	return v
}

// say adds a finding about exchange x; if that is not known, about the job's first.
func (v *view) say(k *Kind, x uint64, format string, args ...any) *Finding {
	return v.sayOf(k, "", x, format, args...)
}

// sayOf is say for kinds of which a job may have several, told apart by of.
func (v *view) sayOf(k *Kind, of string, x uint64, format string, args ...any) *Finding {
	if x == 0 && len(v.Events) > 0 {
		x = v.Events[0].Exchange
	}
	return v.said.sayOf(k, of, x, format, args...)
}

// stopped tells whether exchange x, or one before it, was answered that the job has to
// stop: what the runner then sends is not answered as it would be otherwise.
func (v *view) stopped(x uint64) bool { return v.CanceledBy != nil && v.CanceledBy.Exchange <= x }

// over tells whether the job had ended for good before exchange x.
func (v *view) over(x uint64) bool { return v.done != nil && v.done.Exchange < x }
