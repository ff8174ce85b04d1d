package decode

import (
	"cmp"
	"strings"

	"runnertape"
)

// runnerOf is who asked: what the message says, completed from the job and the
// User-Agent.
func (d *Decoder) runnerOf(x *runnertape.Exchange, job int64, m Message) runnertape.Runner {
	said := runnertape.Runner{}
	switch m := m.(type) {
	case *VerifyRunnerMessage:
		said = runnerFrom(m.Request.Token, m.Request.SystemID, m.Request.Info)
	case *RegisterRunnerMessage:
		said = runnerFrom(m.Answer.Token, "", m.Request.Info)
	case *UnregisterRunnerMessage:
		said = runnerFrom(m.Request.Token, m.Request.SystemID, Info{})
	case *ResetTokenMessage:
		said = runnerFrom(cmp.Or(m.Request.Token, m.Answer.Token), "", Info{})
	case *RequestJobMessage:
		said = runnerFrom(m.Request.Token, m.Request.SystemID, m.Request.Info)
	case *RouterDiscoveryMessage:
		said = runnerFrom(x.Request.Header.Get("Runner-Token"), "", Info{})
	case *UpdateJobMessage:
		said = runnerFrom("", m.Request.SystemID, m.Request.Info)
	}
	known := d.memory.runner(job)
	return runnertape.Runner{
		Token:    cmp.Or(said.Token, known.Token),
		SystemID: cmp.Or(said.SystemID, known.SystemID),
		Version:  cmp.Or(said.Version, known.Version, agentVersion(x.Request.Header.Get("User-Agent"))),
		Executor: cmp.Or(said.Executor, known.Executor),
	}
}

func runnerFrom(token, systemID string, info Info) runnertape.Runner {
	return runnertape.Runner{
		Token: ShortToken(token), SystemID: clean(systemID, 80),
		Version: clean(info.Version, 80), Executor: clean(info.Executor, 40),
	}
}

// agentVersion is the version in a runner's User-Agent, "gitlab-runner VERSION
// (BRANCH; …)"; it may contain blanks (gitlab-runner common/version.go). Its
// git says "gitlab-runner VERSION OS/ARCH".
func agentVersion(agent string) string {
	rest, ok := strings.CutPrefix(agent, "gitlab-runner ")
	if !ok {
		return ""
	}
	if version, _, ok := strings.Cut(rest, " ("); ok {
		return clean(version, 80)
	}
	if at := strings.LastIndexByte(rest, ' '); at > 0 && strings.Contains(rest[at:], "/") {
		rest = rest[:at]
	}
	return clean(rest, 80)
}
