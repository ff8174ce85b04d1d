package main

import (
	"runnertape/bare"
	"runnertape/replay"
)

// rebuilder gives a replay the installed git, which serves what is made of recorded packs until
// end.
func (p *process) rebuilder(src recording) (rebuild func([]replay.GitAnswer) (replay.Repository, error), end func()) {
	git := bare.New(p.cut, src, p.log)
	rebuild = func(recorded []replay.GitAnswer) (replay.Repository, error) {
		answers := make([]bare.Answer, len(recorded))
		for i, a := range recorded {
			answers[i] = bare.Answer(a)
		}
		made, err := git.Rebuild(answers)
		if err != nil {
			return nil, err
		}
		return made, nil
	}
	return rebuild, func() {
		if err := git.Close(); err != nil {
			p.log.Warn(err.Error())
		}
	}
}

// cloneWords tells of a job that clones what was not recorded.
func cloneWords(project string) string {
	if project == "" {
		return ""
	}
	return "; its clone of " + project + " was not recorded"
}

// sayUnrecorded says what to do about jobs that clone what was not recorded.
func (p *process) sayUnrecorded(jobs map[int64]string) {
	if len(jobs) > 0 {
		p.say("%s will fail to clone: git went past the recorder. Record by a forward way, with clone_url in config.toml set to the recorder, or with --rewrite-urls; or let them run with GIT_STRATEGY=none",
			count(int64(len(jobs)), "job"))
	}
}
