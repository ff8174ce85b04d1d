package decode

// ClonedProject is the path of the project that a runner fetches for the job before its script, without ".git"; "" if it
// fetches none (gitlab-runner common/build.go GetGitStrategy).
func (p *JobPayload) ClonedProject() string {
	switch p.Variable("GIT_STRATEGY") {
	case "none", "empty":
		return ""
	}
	return p.GitInfo.Project()
}

// Project is the path of the project whose repository it is, without ".git"; "" if it names none.
func (g *GitInfo) Project() string { return repoPath(g.RepoURL) }
