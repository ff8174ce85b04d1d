package findings

import (
	"strconv"
	"time"

	"runnertape/decode"
)

var (
	callRetried = kind("call_retried", Warning, "2.2")
	callGaveUp  = kind("call_given_up", Warning, "2.2")
	rateLimit   = kind("rate_limited", Warning, "2.2")
)

const (
	maxTries = 5    // of one call, inside the runner, since 18.3
	maxCalls = 4096 // remembered at once; of more, all are forgotten
)

// call is one call that may come again.
type call struct {
	first uint64
	began time.Time
	tries int
}

// calling are calls whose last answer had the runner try again, by X-Request-Id
// and address: a redirect is followed under the same id.
type calling map[string]*call

// again tells whether a runner tries a call again after that answer.
func again(status int) bool {
	switch status {
	case 408, 429, 500, 502, 503, 504:
		return true
	}
	return status >= 512
}

// retried counts the tries of one call, which have one X-Request-Id since 18.3.
func retried(s *seen) {
	id := s.x.Request.Header.Get("X-Request-Id")
	if id == "" || s.x.Response == nil {
		return
	}
	key := id + " " + s.x.Request.Method + " " + s.x.Host + s.x.Request.Path()
	calls := s.finder.calls
	c := calls[key]
	if !again(s.x.Response.Status) {
		if c != nil {
			delete(calls, key)
			s.say(callRetried, "one %s was tried %s in %s before it was answered %d (X-Request-Id %s)",
				s.call(), count(c.tries+1, "time"), span(s.x.Started.Sub(c.began)), s.x.Response.Status, clean(id, 40)).rest(c.first)
		}
		return
	}
	if c == nil {
		if len(calls) >= maxCalls {
			clear(calls)
		}
		c = &call{first: s.x.ID, began: s.x.Started}
		calls[key] = c
	}
	if c.tries++; c.tries == maxTries {
		delete(calls, key)
		s.say(callGaveUp, "one %s was tried %d times in %s, the last answered %d (X-Request-Id %s)",
			s.call(), maxTries, span(s.x.Started.Sub(c.began)), s.x.Response.Status, clean(id, 40)).rest(c.first)
	}
}

// rateLimited says what a runner of that version does with a 429.
func rateLimited(s *seen) {
	if s.status != 429 {
		return
	}
	s.say(rateLimit, "%s was answered 429%s: %s", s.call(), s.waits(), s.afterLimit())
}

// waits is what a 429 says of the time to wait.
func (s *seen) waits() string {
	if reset := s.header("RateLimit-ResetTime"); reset != "" {
		if at, err := time.Parse(time.RFC1123, reset); err == nil {
			return " with RateLimit-ResetTime in " + span(at.Sub(s.x.Replied))
		}
		return " with a RateLimit-ResetTime that is no date"
	}
	if after := s.header("Retry-After"); after != "" {
		if seconds, err := strconv.Atoi(after); err == nil {
			return " with Retry-After " + strconv.Itoa(seconds) + " s"
		}
		return " with a Retry-After that is no number of seconds, which no runner reads"
	}
	return ""
}

func (s *seen) afterLimit() string {
	_, err := strconv.Atoi(s.header("Retry-After"))
	switch {
	case s.version.Since(18, 3) && (err == nil || s.header("RateLimit-ResetTime") != ""):
		return "the runner waits so long and tries 5 times in all"
	case s.version.Since(18, 3):
		return "the runner tries 5 times in all, with pauses of 100 ms and more"
	case s.version.Since(12, 8) && s.header("RateLimit-ResetTime") != "":
		return "the runner waits until then and sends it again, 5 times in all" + map[bool]string{true: ", without a body"}[s.version.Before(17, 10)]
	case s.version.Since(16, 1) && err == nil:
		return "the runner sleeps so long and does not send it again"
	case s.version.Known():
		return "the runner goes on at its usual pace"
	case s.endpoint == decode.RequestJob:
		return "the poll comes again, sooner or later"
	}
	return "it comes again, sooner or later"
}
