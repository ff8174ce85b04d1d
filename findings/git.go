package findings

import (
	"strings"

	"runnertape/decode"
)

var (
	gitForbidden = kind("git_forbidden", Fault, "4.6")
	gitRefused   = kind("git_refused", Fault, "4.6")
	gitFailed    = kind("git_failed", Warning, "4.6")
	gitNoLogin   = kind("git_no_credentials", Warning, "4.6")
	gitUnseen    = kind("git_elsewhere", Note, "4.2")
)

// bootVerify is the repository of which a runner only wants to know that somebody
// answers (gitlab-runner commands/boot_verify.go, since September 2026).
const bootVerify = "/boot-verify/this-does-not-exist"

// gitAnswered looks at one request of git. That it is first asked for its
// credentials is its way.
func gitAnswered(s *seen) {
	m, ok := isOf[*decode.GitMessage](s)
	if !ok || strings.HasSuffix(m.Project, bootVerify) {
		return
	}
	why := because(m.Answer.ErrorText)
	switch {
	case s.status == 401 && !m.Authenticated: // see gitCredentials
	case s.status == 401 || s.status == 403:
		s.say(gitForbidden, "git was answered %d for %s%s: the credentials it came with do not do", s.status, quote(m.Project), why)
	case s.status == 200 && m.Answer.ErrorText != "":
		s.say(gitRefused, "git was answered ERR for %s%s", quote(m.Project), why)
	case s.status >= 400 && s.status < 500 && s.status != 429:
		s.say(gitRefused, "git was answered %d for %s%s", s.status, quote(m.Project), why)
	case s.status >= 500:
		s.say(gitFailed, "git was answered %d for %s%s", s.status, quote(m.Project), why)
	}
}

// learnGit keeps whether git that was asked for its credentials came with them.
func (a *aside) learnGit(s *seen, m *decode.GitMessage) {
	switch {
	case m.Authenticated:
		a.gitAsked = 0
	case s.status == 401 && a.gitAsked == 0:
		a.gitAsked = s.x.ID
	}
}

func gitCredentials(v *view) {
	if v.side.gitAsked != 0 {
		v.say(gitNoLogin, v.side.gitAsked, "git was asked for credentials and did not come again with any")
	}
}

// gitElsewhere is a job whose git most likely passed the recorder by: the payload names the
// real host, whatever the runner's url is. A runner may also be told not to fetch by its own configuration.
func gitElsewhere(v *view) {
	if v.Payload != 0 && v.State == "success" && len(v.Git) == 0 && v.side.clones {
		v.say(gitUnseen, v.Payload, "the job has a repository and passed, with no git request in the recording: git went to the repository's own address, or the runner is configured not to fetch")
	}
}
