package findings

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"runnertape"
	"runnertape/decode"
)

var (
	pollForbidden   = kind("poll_forbidden", Warning, "1.3.5")
	pollConflict    = kind("poll_conflict", Note, "1.3.5")
	runnerOrphaned  = kind("runner_orphaned", Warning, "1.3.5")
	pollTooLarge    = kind("poll_too_large", Warning, "2.9")
	pollFailed      = kind("poll_failed", Warning, "1.3.5")
	pollInterrupted = kind("poll_interrupted", Note, "2.1")
	pollHeld        = kind("poll_held", Note, "2.1")
	pollTimedOut    = kind("poll_timed_out", Warning, "2.1")
	noLastUpdate    = kind("no_last_update", Note, "2.1")
)

const (
	longHold       = time.Minute      // longer than GitLab.com holds a poll, 50 s
	headerPatience = 10 * time.Minute // ResponseHeaderTimeout of the runner
)

// pollAnswered counts a poll, and looks at its answer.
func pollAnswered(s *seen) {
	if s.endpoint != decode.RequestJob || s.runner == nil {
		return
	}
	r := s.runner
	r.silence(s)
	r.client = s.x.Client[:max(0, strings.LastIndexByte(s.x.Client, ':'))]
	r.Polls++
	r.tallyStatus(s.status, s.x.ID)
	m, _ := isOf[*decode.RequestJobMessage](s)
	if m != nil && m.Job != nil {
		r.Jobs++
		r.running++
	}
	if hold := hold(s.x); hold > r.LongestHold {
		r.LongestHold, r.Held = hold, s.x.ID
	}
	r.lastPoll, r.limited, r.polledAt = s.x.ID, s.status == 429, s.x.Ended
	if r.polledAt.IsZero() {
		r.polledAt = s.x.Started
	}
	if s.x.Response != nil && s.status != 403 { // one of the recorder counts as well
		r.forbidden, r.reported = nil, false
	}
	text := ""
	if m != nil {
		text = because(m.ErrorText)
	}
	to := &r.said
	switch {
	case s.status == 403:
		r.refuse(s)
		to.say(pollForbidden, s.x.ID, "a poll was answered 403%s; %d in a row silence the runner for an hour", text, unhealthyRequests)
	case s.status == 409:
		to.say(pollConflict, s.x.ID, "a poll was answered 409%s: the job went to another runner, the queue is too deep, or a replica lags", text)
	case s.status == 413:
		to.say(pollTooLarge, s.x.ID, "a poll of %s was answered 413: GitLab reads 32 KiB of it", count(s.x.Request.Body.Bytes, "byte"))
	case s.status == 422:
		to.say(runnerOrphaned, s.x.ID, "a poll was answered 422%s: GitLab holds this runner for orphaned and gives it no jobs", text)
	case s.status == 429, s.status == 201: // see rateLimited, payloadRead
	case s.status == 204:
		r.updated(m)
	case s.status >= 300 && s.status < 400: // see callRedirected
	case s.status != 0:
		to.say(pollFailed, s.x.ID, "a poll was answered %d%s; the runner asks again", s.status, text)
	case s.x.Ended.Sub(s.x.Started) >= headerPatience-time.Second:
		to.say(pollTimedOut, s.x.ID, "a poll was not answered for %s; a runner waits 10 min for an answer", span(s.x.Duration()))
	}
}

// jobOver counts the jobs a runner still has.
func jobOver(s *seen) {
	if m, ok := isOf[*decode.UpdateJobMessage](s); ok && m.Ended() && s.runner != nil {
		s.runner.running = max(0, s.runner.running-1)
	}
}

// hold is how long a poll was not answered.
func hold(x *runnertape.Exchange) time.Duration {
	until := cmp.Or(x.Replied, x.Ended)
	if until.IsZero() {
		return 0
	}
	return until.Sub(x.Started)
}

func (r *tracked) tallyStatus(status int, x uint64) {
	at, ok := slices.BinarySearchFunc(r.Statuses, status, func(c StatusCount, status int) int { return cmp.Compare(c.Status, status) })
	if !ok {
		if len(r.Statuses) >= maxStatuses {
			return
		}
		r.Statuses = slices.Insert(r.Statuses, at, StatusCount{Status: status, First: x})
	}
	r.Statuses[at].Count++
	r.Statuses[at].Last = x
}

// updated counts what a 204 says of long polling.
func (r *tracked) updated(m *decode.RequestJobMessage) {
	if m == nil {
		return
	}
	r.holding = r.holding || m.LongPolling
	if m.LastUpdate != "" {
		r.update++
	} else {
		r.noUpdate++
	}
}

func longHeld(_ *Finder, r *tracked, said *tally) {
	if r.LongestHold > longHold {
		said.say(pollHeld, r.Held, "a poll was held for %s; with one request at a time that long no other job of this runner's slots is picked up", span(r.LongestHold))
	}
}

// neverUpdated is long polling that cannot begin: without last_update Workhorse
// holds nothing.
func neverUpdated(_ *Finder, r *tracked, said *tally) {
	if r.holding && r.update == 0 && r.noUpdate >= 10 {
		said.say(noLastUpdate, r.lastPoll, "long polling is on, but none of %d answers 204 had X-GitLab-Last-Update: it cannot begin", r.noUpdate)
	}
}
