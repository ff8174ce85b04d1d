package findings

import (
	"time"

	"runnertape/decode"
)

var (
	keepAliveMissing = kind("keep_alive_missing", Warning, "2.4")
	keepAliveFailed  = kind("keep_alive_failed", Warning, "1.3.6")
	keepAliveRefused = kind("keep_alive_refused", Fault, "1.3.6")
	intervalChanged  = kind("trace_interval_changed", Note, "1.3.7")
	intervalTooLong  = kind("trace_interval_too_long", Note, "2.4")
)

// Bounds of a runner's pauses (gitlab-runner common/consts.go).
const (
	forceSend   = 30 * time.Second // a keep-alive follows, with a tick, when nothing was sent for so long
	maxInterval = 900              // s
	slack       = time.Minute      // calls that hang, and what runners up to 18.2 sleep after an error
)

// patience is how long a running job may be silent: a tick more than the pause
// after which a keep-alive is sent, which FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL
// makes four ticks.
func (v *view) patience() time.Duration {
	tick := max(3, time.Duration(min(v.side.interval, maxInterval))) * time.Second
	return max(forceSend, min(4*tick, 30*time.Minute)) + tick + slack
}

// keepAlives looks for a running job that was silent for too long. The tries of a
// final update have pauses of their own.
func keepAlives(v *view) {
	var last decode.Event
	for _, e := range v.Events {
		if e.Endpoint != decode.PatchTrace && e.Endpoint != decode.UpdateJob {
			continue
		}
		from := last.Ended
		if last.Exchange != 0 && !from.IsZero() && (v.firstFinal == nil || e.Exchange <= v.firstFinal.Exchange) {
			if gap := e.At.Sub(from); gap > v.patience() {
				v.say(keepAliveMissing, last.Exchange, "no PATCH and no keep-alive for %s: after 30 s without output there should be a PUT state=running", span(gap)).rest(e.Exchange)
			}
		}
		last = e
	}
}

// keepAlivesRefused are updates of a running job that were not taken.
func keepAlivesRefused(v *view) {
	for _, u := range v.Updates {
		switch s := u.Status; {
		case u.Final() || u.Pickup || v.stopped(u.Exchange) || v.over(u.Exchange):
		case s == 403 || s == 404:
			v.say(keepAliveRefused, u.Exchange, "PUT state=%s was answered %s: the runner aborts the job", clean(u.State, 20), answered(s, u.JobStatus))
		case s != 200 && s != 202 && s != 429 && s != 0: // see rateLimited, brokenOff
			v.say(keepAliveFailed, u.Exchange, "PUT state=%s was answered %s: the runner goes on, and says it again later", clean(u.State, 20), answered(s, u.JobStatus))
		}
	}
}

// learnInterval keeps how often GitLab wants to hear of the job.
func (a *aside) learnInterval(s *seen, seconds int) {
	if seconds <= 0 {
		return
	}
	if a.lastInterval != 0 && a.lastInterval != seconds {
		a.said.say(intervalChanged, s.x.ID, "GitLab asks for the log every %d s now, before it was %d s: %s", seconds, a.lastInterval,
			map[bool]string{true: "somebody watches it", false: "nobody watches it any more"}[seconds < a.lastInterval])
	}
	if a.lastInterval = seconds; seconds > maxInterval {
		a.said.say(intervalTooLong, s.x.ID, "GitLab asks for the log every %d s; a runner waits 15 min at most", seconds)
	}
	a.interval = max(a.interval, seconds)
}
