package trim

import (
	"strings"

	"runnertape"
	"runnertape/decode"
)

// projects are the repositories that kept jobs use, by path: up to which exchange packs of others may be
// needed, because a fetch built on them; 0 for none.
type projects map[string]uint64

// use takes note of a job whose last exchange is last. Its fetch was whole if it built on nothing.
func (p projects) use(project string, last uint64, whole bool) {
	if whole {
		last = 0
	}
	p[project] = max(p[project], last)
}

// has tells whether a project is used.
func (p projects) has(project string) bool {
	for used := range p {
		if isSameProject(used, project) {
			return true
		}
	}
	return false
}

// builds tells whether a fetch of a kept job may have built on what exchange id brought.
func (p projects) builds(project string, id uint64) bool {
	for used, last := range p {
		if id < last && isSameProject(used, project) {
			return true
		}
	}
	return false
}

// isSameProject allows for what may stand before one of the paths: a relative URL root, or the prefix of a clone_url.
func isSameProject(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return b != "" && strings.HasSuffix(a, "/"+strings.TrimPrefix(b, "/"))
}

// fetchedAs tells whether a project was fetched whole, under this path or a longer one.
func (j *job) fetchedAs(project string) bool {
	for path, whole := range j.fetched {
		if whole && isSameProject(path, project) {
			return true
		}
	}
	return false
}

// seeGit takes note of git of a kept job.
func (j *job) seeGit(x *runnertape.Exchange) {
	m, err := decode.ParseMessage(x.Decoded)
	if err != nil {
		return
	}
	git, ok := m.(*decode.GitMessage)
	if !ok {
		return
	}
	whole := git.Service == "git-upload-pack" && git.WantCount > 0 && git.HaveCount == 0 && git.ShallowCount == 0 && git.Filter == "" && x.Status() == 200
	j.fetched[git.Project] = j.fetched[git.Project] || whole
}
