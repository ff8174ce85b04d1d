package findings

import (
	"slices"
	"time"

	"runnertape/decode"
)

var (
	jobUnfinished = kind("job_unfinished", Note, "2.5")
	jobNeverEnded = kind("job_never_ended", Fault, "2.5")
)

// neverEnded is a job that was at work, and of which no final update was seen.
func neverEnded(v *view) {
	first, _ := v.heard()
	if first == 0 || v.lastFinal != nil || len(v.Patches)+len(v.Updates) == 0 || v.droppedAtPickup() {
		return
	}
	var last decode.Event
	var at time.Time
	for _, e := range v.Events {
		if e.At.After(at) {
			last, at = e, e.At
		}
		if e.Ended.After(at) {
			last, at = e, e.Ended
		}
	}
	silent := v.end.Sub(at)
	if silent > v.patience() {
		v.say(jobNeverEnded, last.Exchange, "no final PUT: last heard of %s before the recording ends, after %s of log; the runner is gone, or its way here",
			span(silent), count(v.sent(), "byte"))
		return
	}
	since := ""
	if silent >= time.Millisecond { // else the recording ends with it
		since = ", " + span(silent) + " after it was last heard of"
	}
	v.say(jobUnfinished, last.Exchange, "still running when the recording ends%s", since)
}

// sent is where the last of its patches ended.
func (v *view) sent() int64 {
	var size int64
	for _, p := range v.Patches {
		size = max(size, p.Start+p.Bytes)
	}
	return size
}

func (v *view) droppedAtPickup() bool {
	return slices.ContainsFunc(v.Updates, func(u decode.Update) bool { return u.Dropped() })
}
