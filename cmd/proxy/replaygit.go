package main

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
