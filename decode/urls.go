package decode

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// base is the base URL of a GitLab.
type base struct {
	scheme string // "http" or "https"
	host   string // as [sameHost] spells it
	prefix string // relative URL root, "" or "/gitlab"
}

func (b base) String() string { return b.scheme + "://" + b.host + b.prefix }

// parseBase reads an absolute http or https URL; userinfo and query are left out.
func parseBase(address string) (base, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return base{}, false
	}
	return base{u.Scheme, sameHost(u.Scheme, u.Host), strings.TrimRight(u.EscapedPath(), "/")}, true
}

// Bases are the base URLs by which a payload names its GitLab, without
// trailing slash: those of git_info.repo_url, CI_SERVER_URL and
// CI_API_V4_URL. They differ where GitLab is reached by two names.
func Bases(p *JobPayload) []string {
	var bases []string
	add := func(b base) {
		if s := b.String(); !slices.Contains(bases, s) {
			bases = append(bases, s)
		}
	}
	server, known := parseBase(p.Variable("CI_SERVER_URL"))
	if repo, ok := parseBase(p.GitInfo.RepoURL); ok {
		path := repo.prefix
		repo.prefix = ""
		project := cmp.Or(p.JobInfo.ProjectFullPath, p.Variable("CI_PROJECT_PATH"))
		if root, ok := strings.CutSuffix(strings.TrimSuffix(path, ".git"), "/"+project); ok && project != "" {
			repo.prefix = root
		} else if known && strings.HasPrefix(path, server.prefix+"/") {
			repo.prefix = server.prefix
		}
		add(repo)
	}
	if known {
		add(server)
	}
	if b, ok := parseBase(p.Variable("CI_API_V4_URL")); ok {
		b.prefix = strings.TrimSuffix(b.prefix, "/api/v4")
		add(b)
	}
	return bases
}

// RewriteURLs makes every URL in body that begins with one of from begin with
// to: its scheme, host and prefix change, userinfo and everything after the
// prefix stay. A port that is the scheme's own may be written or not. Slashes
// may be escaped as JSON allows, and stay so; nothing else is encoded anew, so
// body may be of any kind. If there is nothing to change the result is body
// itself.
//
// A match ends at the end of a name: "http://gitlab.example" is neither in
// "http://gitlab.example.org" nor in "http://gitlab.example:8443".
func RewriteURLs(body []byte, from []string, to string) []byte {
	target, ok := parseBase(to)
	if !ok {
		return body
	}
	var bases []base
	for _, address := range from {
		if b, ok := parseBase(address); ok && b != target {
			bases = append(bases, b)
		}
	}
	slices.SortStableFunc(bases, func(a, b base) int { return len(b.prefix) - len(a.prefix) }) // the longest wins
	var out []byte
	done := 0 // body up to here is in out
	for at := 0; len(bases) > 0; {
		colon := bytes.IndexByte(body[at:], ':')
		if colon < 0 {
			break
		}
		at += colon
		u, ok := scanURL(body, at)
		at++
		if !ok {
			continue
		}
		for _, b := range bases {
			end, ok := u.match(body, b)
			if !ok {
				continue
			}
			if out == nil {
				out = make([]byte, 0, len(body)+len(body)/8+len(target.host))
			}
			out = append(out, body[done:u.start]...)
			out = append(out, target.scheme...)
			out = append(out, body[u.colon:u.host]...) // "://" as written, and userinfo
			out = append(out, target.host...)
			out = append(out, strings.ReplaceAll(target.prefix, "/", u.slash)...)
			done, at = end, end
			break
		}
	}
	if done == 0 {
		return body
	}
	return append(out, body[done:]...)
}
