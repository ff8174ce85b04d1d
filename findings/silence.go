package findings

import (
	"cmp"
	"time"
)

var (
	runnerSilenced = kind("runner_silenced", Fault, "2.1")
	pollingGap     = kind("polling_gap", Note, "2.1")
)

const (
	unhealthyRequests = 3                // unhealthy_requests_limit's default
	unhealthy         = time.Hour        // unhealthy_interval's default
	longGap           = 10 * time.Minute // more than a pause between polls is, but after 403 and while all slots are taken
)

// refuse counts a 403.
func (r *tracked) refuse(s *seen) {
	if len(r.forbidden) < unhealthyRequests {
		r.forbidden = append(r.forbidden, s.x.ID)
	}
	r.quietFrom = cmp.Or(s.x.Ended, s.x.Started)
}

// silence looks at the time since the poll before.
func (r *tracked) silence(s *seen) {
	if r.lastPoll == 0 {
		return
	}
	gap := s.x.Started.Sub(r.polledAt)
	if gap > r.LongestSilence {
		r.LongestSilence, r.Silence = gap, []uint64{r.lastPoll, s.x.ID}
	}
	if len(r.forbidden) < unhealthyRequests || r.reported {
		if gap > longGap && r.running == 0 && !r.limited { // while jobs run, it may have no slot left
			r.said.say(pollingGap, r.lastPoll, "no poll for %s, and no job: it was stopped, or could not get here", span(gap)).rest(s.x.ID)
		}
		return
	}
	if r.reported = true; gap < unhealthy/2 { // it has another limit, or was started anew
		return
	}
	r.said.say(runnerSilenced, r.forbidden[0], "%d × 403 on polling: this runner was silent for %s, until exchange %d",
		len(r.forbidden), span(gap), s.x.ID).rest(r.forbidden...)
	r.forbidden, r.reported = nil, false
}

// stillSilent is silence that lasts until the recording ends.
func stillSilent(f *Finder, r *tracked, said *tally) {
	if len(r.forbidden) < unhealthyRequests || r.reported {
		return
	}
	said.sayOf(runnerSilenced, "now", r.forbidden[0], "%d × 403 on polling: this runner is now silent for an hour; the recording ends %s later",
		len(r.forbidden), span(f.end.Sub(r.quietFrom))).rest(r.forbidden...)
}
