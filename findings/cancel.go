package findings

import (
	"slices"

	"runnertape/decode"
)

var (
	jobCanceled   = kind("job_canceled", Note, "2.4")
	jobDropped    = kind("job_dropped", Fault, "2.4")
	cancelUnheard = kind("cancel_ignored", Warning, "2.4")
	systemFailure = kind("system_failure", Fault, "2.6")
	jobTimedOut   = kind("job_timed_out", Warning, "2.6")
	reasonHidden  = kind("reason_unknown", Note, "2.6")
)

// canceled is an answer that stopped the job, and how long that took.
func canceled(v *view) {
	c := v.CanceledBy
	if u := v.done; c == nil && u != nil && (u.JobStatus == "canceled" || u.JobStatus == "canceling") {
		v.say(jobCanceled, u.Exchange, "canceled at the last moment: the final PUT state=%s was answered %s", clean(u.State, 20), answered(u.Status, u.JobStatus))
	}
	if c == nil || v.atPickup(c.Exchange) { // see pickedUp
		return
	}
	how := "the job is killed"
	if c.JobStatus == "canceling" {
		how = "its script is stopped, after_script still runs"
	}
	var last *decode.Update // the first final update after it
	for i, u := range v.Updates {
		if u.Final() && u.Exchange > c.Exchange {
			last = &v.Updates[i]
			break
		}
	}
	took := "it had not stopped when the recording ends"
	if last != nil {
		took = "it ended " + span(last.At.Sub(c.At)) + " later"
	}
	k := jobCanceled
	if c.JobStatus == "failed" {
		k, how = jobDropped, "GitLab had dropped it"+because(v.side.patchErrors[c.Exchange])
	}
	f := v.say(k, c.Exchange, "Job-Status %s after %s of log: %s; %s", c.JobStatus, count(c.TraceBytes, "byte"), how, took)
	if last == nil {
		return
	}
	f.rest(last.Exchange)
	if last.State == "success" {
		v.say(cancelUnheard, c.Exchange, "Job-Status %s, but the job went on and ended with success", c.JobStatus).rest(last.Exchange)
	}
}

// atPickup tells whether exchange x is the update by which the job was taken.
func (v *view) atPickup(x uint64) bool {
	return slices.ContainsFunc(v.Updates, func(u decode.Update) bool { return u.Pickup && u.Exchange == x })
}

// failedBecause looks at reasons that are none of the script's.
func failedBecause(v *view) {
	last := v.lastFinal
	if last == nil || v.CanceledBy != nil {
		return
	}
	switch last.Reason {
	case "runner_system_failure":
		v.say(systemFailure, last.Exchange, "the job failed for a reason of its runner, not of its script: runner_system_failure")
	case "job_execution_timeout":
		v.say(jobTimedOut, last.Exchange, "the job ran into its timeout of %s", span(v.Timeout))
	case "unknown_failure":
		v.say(reasonHidden, last.Exchange, "unknown_failure: the runner had a reason this GitLab does not know")
	case "", "script_failure":
	default:
		if v.side.payload != 0 && !slices.Contains(v.side.reasons, last.Reason) {
			v.say(reasonHidden, last.Exchange, "failure_reason %s is none of those this GitLab said it knows", quote(last.Reason))
		}
	}
}

// expectedBreaks takes away what a cancel explains: the helper at work is killed.
func expectedBreaks(v *view) {
	if v.CanceledBy == nil {
		return
	}
	v.said.list = slices.DeleteFunc(v.said.list, func(f told) bool {
		return f.Kind == clientBroke.Name || f.Kind == uploadCut.Name || f.Kind == uploadLost.Name
	})
}
