package findings

import (
	"regexp"

	"runnertape/decode"
)

var (
	tokenOther  = kind("token_differs", Warning, "1.2")
	systemIDOdd = kind("system_id_odd", Note, "1.3.5")
)

// tokenOfJob compares the token a job's calls come with to the one that was handed
// out. Recordings with stand-ins have the same for the same everywhere.
func tokenOfJob(s *seen) {
	if s.side == nil || s.side.token == "" {
		return
	}
	token := ""
	switch m := s.m.(type) {
	case *decode.UpdateJobMessage:
		token = m.Request.Token
	case *decode.PatchTraceMessage, *decode.UploadArtifactsMessage:
		token = s.x.Request.Header.Get("Job-Token")
	}
	if token != "" && token != s.side.token {
		s.say(tokenOther, "%s came with another token than the job was handed out with", s.call())
	}
}

// systemIDForm is that of commands/internal/configfile/system_id_state.go.
var systemIDForm = regexp.MustCompile(`^[sr]_[0-9a-zA-Z]{12}$`)

// systemID looks at who a machine says it is.
func systemID(s *seen) {
	m, ok := isOf[*decode.RequestJobMessage](s)
	switch {
	case !ok:
	case m.Request.SystemID != "":
		if !systemIDForm.MatchString(m.Request.SystemID) {
			s.sayRunner(systemIDOdd, "system_id %s is not s_ or r_ and 12 letters and digits", quote(m.Request.SystemID))
		}
	case m.Request.Token != "" && s.version.Since(15, 8):
		s.sayRunner(systemIDOdd, "a runner of version %s says its system_id, and this one does not", s.version)
	}
}
