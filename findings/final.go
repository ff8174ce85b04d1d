package findings

import (
	"time"

	"runnertape/decode"
)

var (
	finalWaited  = kind("final_accepted", Note, "2.5")
	finalStalled = kind("final_stalled", Warning, "2.5")
	finalReset   = kind("final_reset", Warning, "2.5")
	finalRetried = kind("final_retried", Warning, "2.5")
	finalGivenUp = kind("final_given_up", Fault, "2.5")
	finalPending = kind("final_pending", Note, "2.5")
	finalForbid  = kind("final_refused", Fault, "2.5")
	finalTwice   = kind("final_repeated", Note, "2.5")
	finalChanged = kind("final_changed", Warning, "2.5")
)

const (
	stalled   = time.Minute     // longer than GitLab needs to persist a log
	givenUp   = time.Hour       // longer than the longest pause between two tries, since 17.9
	givenUp16 = 5 * time.Minute // the same for 16.11 to 17.8, whose pauses are 5 s, and calls that hang
)

// finalTurns are final updates answered "not yet", or "send the log again".
func finalTurns(v *view) {
	var waits, resets []decode.Update
	var until time.Time
	for _, u := range v.Updates {
		switch {
		case !u.Final():
			continue
		case u.Status == 202:
			waits = append(waits, u)
		case u.Status == 412:
			resets = append(resets, u)
		}
		until = u.At
	}
	if len(waits) > 0 {
		first, last := waits[0], waits[len(waits)-1]
		k, total := finalWaited, until.Sub(first.At)
		if total > stalled {
			k = finalStalled
		}
		v.say(k, first.Exchange, "final PUT answered 202 %s, for %s: GitLab had not stored the log yet", times(len(waits)), span(total)).rest(last.Exchange)
	}
	if len(resets) > 0 {
		v.say(finalReset, resets[0].Exchange, "final PUT answered 412 %s: the runner sends the whole log again", times(len(resets))).
			rest(resets[len(resets)-1].Exchange)
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return count(n, "time")
}

// finalRetries are final updates that failed, and whether one got through.
func finalRetries(v *view) {
	var failed []decode.Update
	last := v.lastFinal
	for _, u := range v.Updates {
		if !u.Final() {
			continue
		}
		if !u.Ended() && u.Status != 202 && u.Status != 412 {
			failed = append(failed, u)
		}
	}
	if len(failed) == 0 {
		return
	}
	first, worst := failed[0], failed[len(failed)-1]
	if last.Ended() {
		v.say(finalRetried, first.Exchange, "final PUT failed %s, the first time it was answered %s, and got through %s later",
			times(len(failed)), outcome(first.Status), span(last.At.Sub(first.At))).rest(worst.Exchange, last.Exchange)
		return
	}
	why := because(v.side.finalError)
	if silent := v.end.Sub(last.At); silent > v.pause() {
		v.say(finalGivenUp, first.Exchange, "final PUT failed %s, at last it was answered %s%s, and was not tried again in the %s that follow: GitLab does not know how the job ended",
			times(len(failed)), outcome(last.Status), why, span(silent)).rest(last.Exchange)
		return
	}
	v.say(finalPending, first.Exchange, "final PUT failed %s, at last it was answered %s%s; the recording ends before the next try",
		times(len(failed)), outcome(last.Status), why).rest(last.Exchange)
}

// pause is more than the runner's longest between two tries of a final update.
func (v *view) pause() time.Duration {
	if v.version.Before(17, 9) {
		return givenUp16
	}
	return givenUp
}

// finalRefused is a final update that was the first to say so, and was not taken.
func finalRefused(v *view) {
	for _, u := range v.Updates {
		if !u.Final() || u.Status != 403 && u.Status != 404 {
			continue
		}
		if v.CanceledBy != nil || u.JobStatus == u.State || u.JobStatus == "canceled" || u.Exchange != v.firstFinal.Exchange {
			return // GitLab knew before, or it was canceled at the last moment, see canceled
		}
		v.say(finalForbid, u.Exchange, "final PUT state=%s was answered %s%s: the runner takes that for done, GitLab did not take the state",
			clean(u.State, 20), answered(u.Status, u.JobStatus), because(v.side.finalError))
		return
	}
}

// finalRepeated are final updates after one that was answered for good.
func finalRepeated(v *view) {
	for _, u := range v.Updates {
		if !u.Final() || !v.over(u.Exchange) {
			continue
		}
		if u.State != v.done.State {
			v.say(finalChanged, v.done.Exchange, "final PUT said %s, and later %s", clean(v.done.State, 20), clean(u.State, 20)).rest(u.Exchange)
			continue
		}
		v.say(finalTwice, v.done.Exchange, "final PUT was sent again after it was answered %d: the answer was lost on the way", v.done.Status).rest(u.Exchange)
	}
}
