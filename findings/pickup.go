package findings

import (
	"time"

	"runnertape/decode"
)

var (
	jobLost          = kind("job_lost", Fault, "2.3")
	jobHandedOut     = kind("handed_out_again", Warning, "6.1")
	pickupRejected   = kind("pickup_rejected", Fault, "2.3")
	pickupIgnored    = kind("pickup_failed", Warning, "2.3")
	pickupCanceling  = kind("pickup_canceling", Note, "2.3")
	pickupMissing    = kind("pickup_missing", Warning, "2.3")
	firstContactLate = kind("first_contact_late", Note, "2.3")
)

// ContactWithin is how soon a job is heard of, with time for retries; one that is silent for longer is lost. The
// first tick of the trace is 3 s after it was handed out (gitlab-runner common/consts.go
// DefaultTraceUpdateInterval), and its first lines are there before anything runs.
const ContactWithin = time.Minute

// heard is the first exchange of the job after it was handed out, 0 if there is none.
func (v *view) heard() (first uint64, at time.Time) {
	for _, e := range v.Events {
		if e.Exchange != v.Payload {
			return e.Exchange, e.At
		}
	}
	return 0, time.Time{}
}

// lost is a job that was handed out and never heard of.
func lost(v *view) {
	if v.Payload == 0 {
		return
	}
	if first, _ := v.heard(); first != 0 {
		return
	}
	if silent := v.end.Sub(v.PickedUp); silent > ContactWithin && !v.side.unread { // else payloadRead said why
		v.say(jobLost, v.Payload, "handed out and never heard of in the %s that follow: GitLab finds out by timeout only", span(silent))
	}
}

func handedOutAgain(v *view) {
	switch n := len(v.Earlier); {
	case n == 0:
	case n == decode.MaxEarlier:
		v.say(jobHandedOut, v.Earlier[0], "handed out more than %d times: each time it is run again", n).rest(v.Payload)
	default:
		v.say(jobHandedOut, v.Earlier[0], "handed out %d times: each time it is run again", n+1).rest(v.Payload)
	}
}

// pickedUp looks at the update by which runners since 18.5 take a job.
func pickedUp(v *view) {
	found := false
	for _, u := range v.Updates {
		if !u.Pickup {
			continue
		}
		found = true
		switch {
		case u.Dropped():
			v.say(pickupRejected, u.Exchange, "the pickup PUT was answered %s: the runner drops the job without another word", answered(u.Status, u.JobStatus))
		case u.JobStatus == "canceling":
			v.say(pickupCanceling, u.Exchange, "canceled before it began: the runner ends it with job_canceled")
		case u.Status != 200 && u.Status != 202:
			v.say(pickupIgnored, u.Exchange, "the pickup PUT was answered %s: the runner goes on as if it had been accepted", answered(u.Status, u.JobStatus))
		}
	}
	if !found && v.Payload != 0 && v.version.Since(18, 5) && len(v.Patches)+len(v.Updates) > 0 {
		first, _ := v.heard()
		v.say(pickupMissing, first, "a runner of version %s begins with PUT state=running, and there is none", v.version)
	}
}

// answered is an answer as it is read in a sentence: "200, Job-Status canceled".
func answered(status int, jobStatus string) string {
	s := outcome(status)
	if jobStatus != "" {
		s += ", Job-Status " + clean(jobStatus, 40)
	}
	return s
}

func firstContact(v *view) {
	first, at := v.heard()
	if late := at.Sub(v.PickedUp); first != 0 && v.Payload != 0 && late > ContactWithin/2 {
		v.say(firstContactLate, first, "first heard of %s after it was handed out; 3 s are usual", span(late))
	}
}
