package findings

import (
	"cmp"
	"strings"
	"time"

	"runnertape/decode"
)

var (
	routerFound      = kind("router_found", Fault, "1.3.11")
	routerRefused    = kind("router_refused", Note, "1.3.11")
	registerRefused  = kind("register_refused", Fault, "1.3.1")
	verifyIDZero     = kind("verify_id_zero", Fault, "1.3.2")
	verifyRefused    = kind("verify_refused", Fault, "1.3.2")
	verifyFailed     = kind("verify_failed", Warning, "1.3.2")
	verifyNotJSON    = kind("verify_not_json", Warning, "1.3.2")
	unregisterFailed = kind("unregister_failed", Warning, "1.3.3")
	tokenWasReset    = kind("token_reset", Note, "1.3.4")
	tokenKept        = kind("token_not_reset", Warning, "1.3.4")
	tokenExpired     = kind("token_expired", Warning, "6.4")
	tokenShort       = kind("token_too_short", Fault, "3.3")
)

func routerDiscovered(s *seen) {
	m, ok := isOf[*decode.RouterDiscoveryMessage](s)
	switch {
	case !ok || s.status == 501 || s.status == 429 || s.status == 0:
	case s.status == 200:
		s.say(routerFound, "router discovery was answered 200: this runner now asks %s for jobs, by gRPC, and no job will be seen here",
			quote(cmp.Or(hostOf(m.ServerURL), m.ServerURL)))
	default:
		s.say(routerRefused, "router discovery was answered %d%s: for an hour the runner polls as ever", s.status, because(m.Answer.ErrorText))
	}
}

func registered(s *seen) {
	if m, ok := isOf[*decode.RegisterRunnerMessage](s); ok && s.status != 201 && s.status != 0 {
		why := because(m.Answer.ErrorText)
		if s.status == 410 {
			why += "; this GitLab has registration tokens switched off"
		}
		s.say(registerRefused, "register was answered %d%s: there is no runner", s.status, why)
	}
}

func verified(s *seen) {
	m, ok := isOf[*decode.VerifyRunnerMessage](s)
	if !ok || s.status == 0 {
		return
	}
	why := because(m.Answer.ErrorText)
	switch {
	case s.status == 200 && !isJSON(s.header("Content-Type")):
		s.say(verifyNotJSON, "verify was answered 200 with content type %s: the runner asks again, and believes any body", quote(s.header("Content-Type")))
	case s.status == 200 && m.Answer.ID == 0 && (s.version.Since(15, 10) || !s.version.Known()):
		s.say(verifyIDZero, "verify was answered 200 without an id: `register --token` panics")
	case s.status == 200:
	case s.status == 403, s.status == 422:
		s.say(verifyRefused, "verify was answered %d%s: the token is unknown, or its runner orphaned", s.status, why)
	default:
		s.say(verifyFailed, "verify was answered %d%s: it does not tell whether the token is known", s.status, why)
	}
}

func unregistered(s *seen) {
	if m, ok := isOf[*decode.UnregisterRunnerMessage](s); ok && s.status != 204 && s.status != 0 {
		s.say(unregisterFailed, "unregister was answered %d%s", s.status, because(m.Answer.ErrorText))
	}
}

// tokenReset tells a runner whose token changes, and remembers that both are one.
func tokenReset(s *seen) {
	m, ok := isOf[*decode.ResetTokenMessage](s)
	if !ok || s.status == 0 {
		return
	}
	if s.status != 201 || m.Answer.Token == "" {
		s.say(tokenKept, "reset of the token was answered %d%s: the runner keeps the one it has", s.status, because(m.Answer.ErrorText))
		return
	}
	before, after := decode.ShortToken(m.Request.Token), decode.ShortToken(m.Answer.Token)
	if before == "" || s.runner == nil {
		s.say(tokenWasReset, "the token was reset to %s", after)
		return
	}
	if aliases := s.finder.runners.aliases; len(aliases) < maxRunners {
		aliases[after] = before
	}
	s.say(tokenWasReset, "the token was reset from %s to %s: both are the same runner", before, after)
}

// tokenAge looks for a token that is over when it is given.
func tokenAge(s *seen) {
	var answer decode.RunnerAnswer
	switch m := s.m.(type) {
	case *decode.RegisterRunnerMessage:
		answer = m.Answer
	case *decode.VerifyRunnerMessage:
		answer = m.Answer
	case *decode.ResetTokenMessage:
		answer = m.Answer
	}
	if at, err := time.Parse(time.RFC3339, answer.TokenExpiresAt); err == nil && at.Before(s.x.Replied) {
		s.say(tokenExpired, "token_expires_at was over for %s when it was said: the runner asks for a new one at once, and again", span(s.x.Replied.Sub(at)))
	}
}

// tokenLength looks for tokens that older runners cannot shorten for their logs.
func tokenLength(s *seen) {
	if !s.version.Before(18, 2) {
		return
	}
	switch m := s.m.(type) {
	case *decode.RequestJobMessage:
		judgeToken(s, s.sayRunner, "runner", m.Request.Token)
		if m.Job != nil {
			judgeToken(s, s.say, "job", m.Job.Token)
		}
	case *decode.RegisterRunnerMessage:
		judgeToken(s, s.sayRunner, "runner", m.Answer.Token)
	case *decode.VerifyRunnerMessage:
		judgeToken(s, s.sayRunner, "runner", m.Request.Token)
	}
}

// judgeToken follows helpers/shorten_token.go up to 18.1: a slice that begins after the
// prefix and ends where none is.
func judgeToken(s *seen, say func(*Kind, string, ...any) *Finding, whose, token string) {
	longest := 0
	switch {
	case strings.HasPrefix(token, "glrt-"):
		longest = 13
	case strings.HasPrefix(token, "glrtr-"), strings.HasPrefix(token, "glcbt-"):
		longest = 14
	}
	if len(token) >= 8 && len(token) <= longest {
		say(tokenShort, "the %s token has %d characters: a runner of version %s panics at tokens of 8 to %d", whose, len(token), s.version, longest)
	}
}
