package findings

import (
	"runnertape"
	"runnertape/decode"
)

// seen is one exchange, as the rules that judge single ones look at it.
type seen struct {
	x        *runnertape.Exchange
	m        decode.Message
	endpoint decode.Endpoint
	jobID    int64
	status   int // the upstream's; 0 if it gave none
	version  decode.Version
	finder   *Finder
	side     *aside   // of its job; nil if it has none
	runner   *tracked // who asked; nil if not known
	to       *tally   // of its job, else of its runner, else of nobody
}

// calls are endpoints in a few words.
var calls = map[decode.Endpoint]string{
	decode.RegisterRunner: "register", decode.VerifyRunner: "verify", decode.UnregisterRunner: "unregister",
	decode.UnregisterRunnerManager: "unregister of a manager", decode.ResetToken: "reset of the token",
	decode.RequestJob: "poll", decode.UpdateJob: "PUT", decode.PatchTrace: "PATCH", decode.UploadArtifacts: "upload",
	decode.DownloadArtifacts: "download", decode.RouterDiscovery: "router discovery", decode.Git: "git request",
	decode.ObjectStorage: "storage request", decode.Cache: "cache request", decode.Unknown: "request",
}

// call is the exchange's, "PATCH".
func (s *seen) call() string { return calls[s.endpoint] }

// say adds a finding to whom the exchange belongs.
func (s *seen) say(k *Kind, format string, args ...any) *Finding {
	return s.to.say(k, s.x.ID, format, args...)
}

// sayRunner adds a finding to the runner that asked, whatever job came of it.
func (s *seen) sayRunner(k *Kind, format string, args ...any) *Finding {
	to := s.to
	if s.runner != nil {
		to = &s.runner.said
	}
	return to.say(k, s.x.ID, format, args...)
}

// header is a field of the upstream's answer, "" without.
func (s *seen) header(name string) string {
	if s.status == 0 {
		return ""
	}
	return s.x.Response.Header.Get(name)
}

// isOf tells whether an exchange of that message's type was decoded, and what it says.
func isOf[M decode.Message](s *seen) (m M, ok bool) {
	m, ok = s.m.(M)
	return m, ok
}
