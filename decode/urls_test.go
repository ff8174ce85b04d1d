package decode

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRewriteURLs(t *testing.T) {
	const to = "http://127.0.0.1:8090"
	tests := []struct {
		name string
		from []string
		to   string
		body string
		want string
	}{
		{"plain", []string{"https://gitlab.example"}, to, `a https://gitlab.example/x b`, `a http://127.0.0.1:8090/x b`},
		{"whole", []string{"https://gitlab.example"}, to, `https://gitlab.example`, to},
		{"userinfo", []string{"https://gitlab.example"}, to, `"https://gitlab-ci-token:t@gitlab.example/g/p.git"`, `"http://gitlab-ci-token:t@127.0.0.1:8090/g/p.git"`},
		{"escaped slashes", []string{"https://gitlab.example"}, "http://r/pre", `"https:\/\/u:p@gitlab.example\/x"`, `"http:\/\/u:p@r\/pre\/x"`},
		{"other host", []string{"https://gitlab.example"}, to, `https://gitlab.example.org/ https://gitlab.example-x https://my.gitlab.example`, `https://gitlab.example.org/ https://gitlab.example-x https://my.gitlab.example`},
		{"other port", []string{"https://gitlab.example"}, to, `https://gitlab.example:8443/`, `https://gitlab.example:8443/`},
		{"own port written", []string{"https://gitlab.example"}, to, `https://gitlab.example:443/ https://gitlab.example:4430/`, `http://127.0.0.1:8090/ https://gitlab.example:4430/`},
		{"own port meant", []string{"http://gitlab.example:80"}, to, `http://gitlab.example/ http://gitlab.example:80`, to + `/ ` + to},
		{"port", []string{"http://gitlab.example:8080"}, to, `http://gitlab.example:8080/ http://gitlab.example:80800 http://gitlab.example/`, to + `/ http://gitlab.example:80800 http://gitlab.example/`},
		{"other scheme", []string{"https://gitlab.example"}, to, `http://gitlab.example/ ssh://git@gitlab.example/ wss://gitlab.example xhttps://gitlab.example`, `http://gitlab.example/ ssh://git@gitlab.example/ wss://gitlab.example xhttps://gitlab.example`},
		{"prefixed scheme", []string{"https://gitlab.example"}, to, `git+https://gitlab.example/`, `git+` + to + `/`},
		{"prefix", []string{"http://h/gitlab"}, to + "/r/", `http://h/gitlab/x http://h/gitlab http://h/gitlabx http://h/gitlab.git http://h/gitlab-x http://h/ http://h/gitlab?a http://h\/gitlab`, to + `/r/x ` + to + `/r http://h/gitlabx http://h/gitlab.git http://h/gitlab-x http://h/ ` + to + `/r?a http://h\/gitlab`},
		{"prefix escaped", []string{"http://h/gitlab"}, to, `http:\/\/h\/gitlab\/x`, `http:\/\/127.0.0.1:8090\/x`},
		{"the longest", []string{"http://h", "http://h/gitlab"}, to, `http://h/gitlab/x http://h/y`, to + `/x ` + to + `/y`},
		{"sentence", []string{"http://h"}, to, `See http://h. Or http://h: or (http://h), "http://h"`, `See ` + to + `. Or ` + to + `: or (` + to + `), "` + to + `"`},
		{"after escape", []string{"http://h"}, to, `"a\nhttp://h\u0026\thttp://h\u0022http://h"`, `"a\n` + to + `\u0026\t` + to + `\u0022` + to + `"`},
		{"case", []string{"http://GitLab.Example"}, to, `HTTP://GITLAB.example/`, to + `/`},
		{"address v6", []string{"http://[::1]:3000"}, to, `http://u@[::1]:3000/x`, `http://u@127.0.0.1:8090/x`},
		{"host in userinfo", []string{"http://h"}, to, `http://h@evil/ http://h:p@evil/`, `http://h@evil/ http://h:p@evil/`},
		{"two in a row", []string{"http://h"}, to, `http://h,http://h`, to + `,` + to},
		{"the same", []string{"http://h"}, "http://h/", `http://h:80/`, `http://h:80/`},
		{"bad to", []string{"http://h"}, "nowhere", `http://h/`, `http://h/`},
		{"bad from", []string{"", "h", "ftp://h", "http://"}, to, `http://h/`, `http://h/`},
		{"odd ends", []string{"http://h"}, to, `http:// http:\/ ://h http`, `http:// http:\/ ://h http`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(RewriteURLs([]byte(tt.body), tt.from, tt.to))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A payload without a match costs no copy.
func TestRewriteURLsLean(t *testing.T) {
	body := []byte(strings.Repeat(`{"a":"b:c","u":"http://other/x"},`, 1000))
	from := []string{"http://h"}
	if got := testing.AllocsPerRun(10, func() { RewriteURLs(body, from, "http://r") }); got > 20 {
		t.Errorf("%v allocations", got)
	}
}

func TestBases(t *testing.T) {
	tests := []struct {
		name string
		p    JobPayload
		want []string
	}{
		{"nothing", JobPayload{}, nil},
		{"repository only", JobPayload{GitInfo: GitInfo{RepoURL: "http://u:p@h:80/g/p.git"}}, []string{"http://h"}},
		{"prefix by project", JobPayload{JobInfo: JobInfo{ProjectFullPath: "g/p"}, GitInfo: GitInfo{RepoURL: "https://u:p@h/root/g/p.git"}}, []string{"https://h/root"}},
		{"all", JobPayload{
			GitInfo: GitInfo{RepoURL: "https://u:p@git.h/root/g/p.git"},
			Variables: []Variable{
				{Key: "CI_SERVER_URL", Value: "https://old"},
				{Key: "CI_SERVER_URL", Value: "https://h/root/"},
				{Key: "CI_API_V4_URL", Value: "https://api.h/root/api/v4"},
				{Key: "CI_PROJECT_PATH", Value: "g/p"},
			},
		}, []string{"https://git.h/root", "https://h/root", "https://api.h/root"}},
		{"prefix by server", JobPayload{
			GitInfo:   GitInfo{RepoURL: "https://h/root/g/p.git"},
			Variables: []Variable{{Key: "CI_SERVER_URL", Value: "https://h/root"}, {Key: "CI_API_V4_URL", Value: "https://h/root/api/v4"}},
		}, []string{"https://h/root"}},
		{"ssh", JobPayload{GitInfo: GitInfo{RepoURL: "git@h:g/p.git"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Bases(&tt.p)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
