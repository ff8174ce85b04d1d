package findings

import (
	"time"

	"runnertape"
	"runnertape/decode"
)

var (
	upstreamUnreachable = kind("upstream_unreachable", Warning, "2.2")
	upstreamBroke       = kind("upstream_broke_off", Warning, "4.3")
	clientBroke         = kind("client_broke_off", Warning, "4.3")
	stillOpen           = kind("in_flight", Note, "4.3")
	stuck               = kind("no_answer_yet", Warning, "4.3")
	slowAnswer          = kind("slow_answer", Warning, "4.3")
	bodyNotSent         = kind("body_missing", Warning, "2.2")
	debugLog            = kind("debug_trace", Note, "2.4")
	unknownField        = kind("unknown_field", Note, "5")
	unreadable          = kind("unreadable", Warning, "1.5")
)

const (
	slowAfter  = 10 * time.Second // calls of a job are answered in less
	stuckAfter = time.Minute
)

// unreachable is an answer of the recorder, which had nobody to ask. To a runner it
// is a 502 like any other.
func unreachable(s *seen) {
	if r := s.x.Response; r != nil && r.Ours {
		s.say(upstreamUnreachable, "%s: the recorder could not reach %s and answered %d itself%s", s.call(), quote(s.x.Host), r.Status, s.failure())
	}
}

// failure is ": " and what broke the exchange off, or "".
func (s *seen) failure() string {
	if s.x.Failure == nil {
		return ""
	}
	return because(s.x.Failure.Text)
}

// saidElsewhere tells whether other rules say that an exchange broke off.
func (s *seen) saidElsewhere() bool {
	switch s.endpoint {
	case decode.UploadArtifacts: // see uploadAnswered
		return s.status == 0 && s.x.Request.Body.Truncated && s.x.Request.Body.Bytes > 0
	case decode.DownloadArtifacts, decode.ObjectStorage, decode.Cache: // see downloadAnswered, storageAnswered, cacheAnswered
		return s.status != 0 && s.x.Response.Body.Truncated
	}
	return s.x.Response != nil && s.x.Response.Ours || s.missesBody() || // see unreachable, bodyMissing
		s.status == 201 && s.endpoint == decode.RequestJob // see payloadRead
}

// brokenOff is an exchange that did not come to its end.
func brokenOff(s *seen) {
	f := s.x.Failure
	if f == nil || s.saidElsewhere() {
		return
	}
	when := "before it was answered"
	if s.x.Response != nil {
		when = "in the answer, after " + count(s.x.Response.Body.Bytes, "byte")
	}
	why := because(f.Text)
	switch {
	case f.Side == runnertape.ResponseSide:
		s.say(upstreamBroke, "%s: %s broke off %s%s", s.call(), quote(s.x.Host), when, why)
	case s.endpoint == decode.RequestJob && s.x.Response == nil:
		s.say(pollInterrupted, "the runner broke off a poll after %s: it was stopped, or read its configuration anew", span(s.x.Duration()))
	default:
		s.say(clientBroke, "%s: the client broke off %s%s", s.call(), when, why)
	}
}

// missesBody tells whether a body was announced and nothing of it came.
func (s *seen) missesBody() bool {
	b := s.x.Request.Body
	return b.Truncated && b.Bytes == 0 && b.Framing == runnertape.Length && b.Declared > 0
}

func bodyMissing(s *seen) {
	if !s.missesBody() || s.x.State != runnertape.Done || s.x.Response != nil && s.x.Response.Ours {
		return
	}
	known := ""
	if !s.version.Since(17, 10) && !s.version.Before(12, 8) {
		known = ": runners 12.8 to 17.9 send none when they repeat a call after 429"
	}
	s.say(bodyNotSent, "%s: a body of %s was announced and none came%s", s.call(), count(s.x.Request.Body.Declared, "byte"), known)
}

// inFlight is an exchange that had not ended when the recorder did. Of those, each
// is looked at again when the end is known.
func inFlight(s *seen) {
	if s.x.State != runnertape.InFlight {
		return
	}
	s.finder.open(s)
}

// slow looks at the time to the answer, of calls that are not held and whose
// request is short. What git and uploads send may itself take its time.
func slow(s *seen) {
	switch s.endpoint {
	case decode.RequestJob, decode.UploadArtifacts, decode.Git, decode.Cache, decode.Unknown:
		return
	}
	if s.x.Replied.IsZero() || s.x.Response == nil || s.x.Response.Ours {
		return
	}
	if took := s.x.Replied.Sub(s.x.Started); took > slowAfter {
		s.say(slowAnswer, "%s was answered after %s", s.call(), span(took))
	}
}

func debugTrace(s *seen) {
	if m, ok := isOf[*decode.PatchTraceMessage](s); ok && m.DebugTrace {
		s.say(debugLog, "debug_trace=true: the log may show secrets")
	}
}

// unknownParts are fields nobody here knows: a newer runner or GitLab.
func unknownParts(s *seen) {
	if s.m == nil {
		return
	}
	for _, gap := range s.m.Notes().Gaps {
		s.to.sayOf(unknownField, gap.Where+" "+gap.Name, s.x.ID, "a field we do not know in the %s of a %s: %s", gap.Where, s.call(), quote(gap.Name))
	}
}

// notRead are parts of a message that could not be read.
func notRead(s *seen) {
	if s.m == nil {
		return
	}
	if raw, ok := isOf[*decode.Raw](s); ok && s.x.State == runnertape.Done {
		s.say(unreadable, "%s could not be read: %s", s.call(), clean(raw.Reason, 200))
	}
	if _, ok := handed(s); ok {
		return // see payloadRead
	}
	if s.endpoint == decode.VerifyRunner && s.version.Before(15, 10) {
		return // such runners do not read the answer, which was a bare number then
	}
	for _, fault := range s.m.Notes().Faults {
		s.to.sayOf(unreadable, fault, s.x.ID, "%s: %s", s.call(), clean(fault, 200))
	}
}
