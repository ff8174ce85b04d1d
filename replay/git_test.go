package replay

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	repositories "runnertape/bare"
)

func TestGitRules(t *testing.T) {
	const repo = "/root/grp/proj.git/"
	v2 := func(take Take) Take {
		take.Header = append(take.Header, "Git-Protocol", "version=2")
		return take
	}
	with := func(take Take) Take {
		take.Header = append(take.Header, "Authorization", "Basic Z2l0bGFiLWNpLXRva2VuOnRva2VuNDI=") // gitlab-ci-token:token42
		return take
	}
	refs := Take{
		Method: "GET", URL: repo + "info/refs?service=git-upload-pack", Status: 200,
		Answer: []string{"Content-Type", "application/x-git-upload-pack-advertisement", "Cache-Control", "no-cache"}, Content: "capabilities",
	}
	fetch := func(answer string, lines ...string) Take {
		return Take{
			Method: "POST", URL: repo + "git-upload-pack", Body: pkts(append(append([]string{"command=fetch", "|"}, lines...), "")...),
			Status: 200, Answer: []string{"Content-Type", "application/x-git-upload-pack-result"}, Content: answer,
		}
	}
	first := handOut(`{"id":42,"token":"token42"}`)
	first.URL = "/root/api/v4/jobs/request"
	r := start(t, NewTape("http://gitlab.example").Add(
		first,
		v2(with(refs)),
		v2(with(fetch("pack a", "want a", "done"))),
		v2(with(fetch("pack b", "want b", "done"))),
		with(Take{Method: "POST", URL: repo + "info/lfs/objects/batch", Body: "{}", Status: 200, Content: "lfs"}),
	), nil)
	auth := []string{"Authorization", "Basic Z2l0bGFiLWNpLXRva2VuOnRva2VuNDI=", "Git-Protocol", "version=2"}
	const query = "info/refs?service=git-upload-pack"
	r.ask("POST", "/api/v4/jobs/request", "{}").want(t, 201)

	r.ask("GET", "/root/grp/proj.git/"+query, "", "Git-Protocol", "version=2").want(t, 401, "Www-Authenticate", `Basic realm="GitLab"`)
	r.ask("POST", "/root/grp/proj.git/git-upload-pack", "0000").want(t, 401)
	for _, prefix := range []string{"/root", "", "/mine/own"} { // the upstream's, none, this runner's
		a := r.ask("GET", prefix+"/grp/proj.git/"+query, "", auth...).want(t, 200,
			"Content-Type", "application/x-git-upload-pack-advertisement", "Cache-Control", "no-cache")
		if a.body != "capabilities" {
			t.Errorf("%s: got %q", prefix, a.body)
		}
	}
	r.ask("GET", "/grp/proj.git/"+query, "", auth[:2]...).want(t, 404) // version 0 cannot read it
	post := func(lines ...string) string {
		a := r.ask("POST", "/grp/proj.git/git-upload-pack", pkts(append(append([]string{"command=fetch", "agent=other", "|"}, lines...), "")...), auth...)
		return a.body
	}
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{"want b", "done"}, "pack b"},
		{[]string{"want a", "done"}, "pack a"},
		{[]string{"want b", "have x"}, ready + "pack b"},
		{[]string{"want b", "deepen 1", "done"}, "pack b"},
	} {
		if got := post(c.lines...); got != c.want {
			t.Errorf("%q: got %q, want %q", c.lines, got, c.want)
		}
	}
	r.ask("POST", "/grp/proj.git/git-upload-pack", "0000", auth...).want(t, 200)
	refused := r.ask("POST", "/grp/proj.git/git-upload-pack", pkts("command=ls-refs", "|", ""), auth...).want(t, 200, "Content-Type", resultType)
	if line, err := pktLine(bufio.NewReader(strings.NewReader(refused.body))); err != nil || !strings.HasPrefix(line, "ERR runnertape: /grp/proj: no ls-refs ") {
		t.Errorf("got %q, %v", line, err)
	}
	if got := post("want c", "done"); !strings.Contains(got, "ERR runnertape: /grp/proj: no repository could be made of the recording: ") { // no pack has it
		t.Errorf("got %q", got)
	}
	r.ask("POST", "/grp/proj.git/git-upload-pack", "zz", auth...).want(t, 400)
	r.ask("POST", "/grp/proj.git/info/lfs/objects/batch", "{}", auth...).want(t, 200)
	r.ask("POST", "/grp/proj.git/git-receive-pack", "", auth...).want(t, 404)
	if a := r.ask("GET", "/grp/other.git/"+query, "", auth...).want(t, 404, "Content-Type", "text/plain"); !strings.Contains(a.body, "--rewrite-urls") {
		t.Errorf("no way out in %q", a.body)
	}
	c := r.Receipt()
	if c.Missed != 5 || c.Recording.Git != 4 {
		t.Errorf("%d missed, %d git: %+v", c.Missed, c.Recording.Git, c.Misses)
	}
	if len(c.Jobs[0].Differences) == 0 || len(c.Notes) > 0 { // what was nearest only is told with the job
		t.Errorf("differences %q, notes %q", c.Jobs[0].Differences, c.Notes)
	}
}

// A recorded challenge is given again; it is the one for refs, if there is one.
func TestGitDenied(t *testing.T) {
	const repo = "/grp/proj.git/"
	r := start(t, NewTape("http://gitlab.example").Add(
		Take{Method: "GET", URL: repo + "info/refs?service=git-upload-pack", Status: 401, Answer: []string{"WWW-Authenticate", `Basic realm="Recorded"`}, Content: "refs"},
		Take{Method: "POST", URL: repo + "git-upload-pack", Body: "0000", Status: 401, Content: "pack"},
	), nil)
	if a := r.ask("GET", repo+"info/refs?service=git-upload-pack", "").want(t, 401, "Www-Authenticate", `Basic realm="Recorded"`); a.body != "refs" {
		t.Errorf("got %q", a.body)
	}
	r.ask("GET", repo+"info/refs?service=git-upload-pack", "", "Authorization", "Basic eDp5").want(t, 404)
}

// git runs git without the user's configuration.
func git(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example",
		"HTTP_PROXY=", "http_proxy=", "ALL_PROXY=", "all_proxy=")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func mustGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := git(t, dir, args...)
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// gitUpstream is a server of one private repository with three commits.
func gitUpstream(t *testing.T) (address, head string) {
	t.Helper()
	path, err := exec.LookPath("git")
	if err != nil {
		t.Skip("SKIPPED: no git on this machine")
	}
	root := t.TempDir()
	work := filepath.Join(t.TempDir(), "work")
	mustGit(t, root, "init", "-q", "-b", "main", work)
	for _, name := range []string{"one", "two", "three"} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(strings.Repeat(name, 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		mustGit(t, work, "add", name)
		mustGit(t, work, "commit", "-q", "-m", name)
	}
	mustGit(t, root, "clone", "-q", "--bare", work, filepath.Join(root, "grp", "proj.git"))
	mustGit(t, filepath.Join(root, "grp", "proj.git"), "config", "http.receivepack", "true")
	backend := &cgi.Handler{Path: path, Args: []string{"http-backend"}, Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1"}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if _, _, ok := req.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="GitLab"`)
			w.WriteHeader(401)
			return
		}
		backend.ServeHTTP(w, req)
	}))
	t.Cleanup(s.Close)
	return s.URL, mustGit(t, work, "rev-parse", "HEAD")
}

// rebuilding replays a tape with the machine's git.
func rebuilding(t *testing.T, tape *Tape) *Replayer {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	g := repositories.New(t.Context(), tape, log)
	t.Cleanup(func() { g.Close() })
	r, err := New(tape, Options{Logger: log, Rebuild: func(answers []GitAnswer) (Repository, error) {
		var all []repositories.Answer
		for _, a := range answers {
			all = append(all, repositories.Answer(a))
		}
		return g.Rebuild(all)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func withToken(base string) string {
	return strings.Replace(base, "http://", "http://gitlab-ci-token:token42@", 1) + "/grp/proj.git"
}

func tryFetch(t *testing.T, dir, base, version, depth string) (string, error) {
	t.Helper()
	mustGit(t, "", "init", "-q", dir)
	return git(t, dir, "-c", "protocol.version="+version, "fetch", "-q", "--depth", depth, withToken(base), "+refs/heads/*:refs/remotes/origin/*")
}

// A real git fetches what a runner's would, from an upstream that is gone: with recorded bytes what was fetched, with a
// repository made anew at other depths too.
func TestGitFetch(t *testing.T) {
	upstream, head := gitUpstream(t)
	for _, version := range []string{"2", "0"} {
		tape := NewTape(upstream)
		tape.Add(handOut(`{"id":42,"token":"token42"}`))
		if out, err := tryFetch(t, filepath.Join(t.TempDir(), "a"), Capture(t, tape), version, "2"); err != nil {
			t.Fatalf("recording: %v %s", err, out)
		}
		for name, c := range map[string]struct {
			r       *Replayer
			version string
			depths  []string
			commits string
		}{
			"recorded": {start(t, tape, nil), version, []string{"2", "2"}, "2"}, // into a new one, and into what is there
			"made":     {rebuilding(t, tape), "2", []string{"1", "2", "1"}, "1"},
			"made 1":   {rebuilding(t, tape), "1", []string{"2", "3"}, "2"},
		} {
			t.Run(name+" of protocol "+version, func(t *testing.T) {
				s := httptest.NewServer(c.r)
				defer s.Close()
				again := filepath.Join(t.TempDir(), "b")
				for _, depth := range c.depths {
					if out, err := tryFetch(t, again, s.URL, c.version, depth); err != nil {
						t.Fatalf("replay: %v %s", err, out)
					}
					if got := mustGit(t, again, "rev-parse", "refs/remotes/origin/main"); got != head {
						t.Errorf("at %s, want %s", got, head)
					}
				}
				if n := mustGit(t, again, "rev-list", "--count", "refs/remotes/origin/main"); n != c.commits {
					t.Errorf("%s commits, want %s", n, c.commits)
				}
				if r := c.r.Receipt(); r.Missed > 0 {
					t.Errorf("misses %+v", r.Misses)
				}
			})
		}
	}
}

// What no pack has is refused by name, to git and in the receipt.
func TestGitNotRecorded(t *testing.T) {
	upstream, head := gitUpstream(t)
	tape := NewTape(upstream)
	tape.Add(handOut(`{"id":42,"token":"token42"}`))
	if out, err := tryFetch(t, filepath.Join(t.TempDir(), "a"), Capture(t, tape), "2", "1"); err != nil {
		t.Fatalf("recording: %v %s", err, out)
	}
	for name, r := range map[string]*Replayer{"recorded": start(t, tape, nil), "made": rebuilding(t, tape)} {
		s := httptest.NewServer(r)
		dir := filepath.Join(t.TempDir(), "b")
		mustGit(t, "", "init", "-q", dir)
		other := strings.Repeat("0123456789", 4)
		out, err := git(t, dir, "fetch", withToken(s.URL), "+"+other+":refs/pipelines/1")
		if err == nil || !strings.Contains(out, "fatal: remote error: runnertape: /grp/proj: ") {
			t.Errorf("%s: %v %s", name, err, out)
		}
		if name == "made" && !strings.Contains(out, other+" is not in the recording") {
			t.Errorf("%s: %s", name, out)
		}
		if c := r.Receipt(); c.Missed != 1 || !strings.Contains(c.Misses[0].Reason, "git: /grp/proj: ") {
			t.Errorf("%s: misses %+v", name, c.Misses)
		}
		if out, err := git(t, dir, "fetch", "--depth", "1", withToken(s.URL), "+"+head+":refs/pipelines/1"); err != nil && name == "made" {
			t.Errorf("%s: %v %s", name, err, out)
		}
		s.Close()
	}
}

// Many jobs that clone at once have one repository made; a git that speaks version 2 gets the list of refs that was recorded,
// with those nobody fetched.
func TestGitAtOnce(t *testing.T) {
	upstream, _ := gitUpstream(t)
	tape := NewTape(upstream)
	tape.Add(handOut(`{"id":42,"token":"token42"}`))
	base := Capture(t, tape)
	if out, err := git(t, "", "ls-remote", withToken(base)); err != nil {
		t.Fatalf("recording: %v %s", err, out)
	}
	if out, err := tryFetch(t, filepath.Join(t.TempDir(), "a"), base, "2", "1"); err != nil {
		t.Fatalf("recording: %v %s", err, out)
	}
	want, _ := git(t, "", "ls-remote", withToken(base))
	r := rebuilding(t, tape)
	s := httptest.NewServer(r)
	defer s.Close()
	var all sync.WaitGroup
	for range 4 {
		dir := filepath.Join(t.TempDir(), "b")
		all.Go(func() {
			if out, err := tryFetch(t, dir, s.URL, "2", "1"); err != nil {
				t.Errorf("%v %s", err, out)
			}
		})
	}
	all.Wait()
	if got, err := git(t, "", "ls-remote", withToken(s.URL)); err != nil || got != want {
		t.Errorf("%v; refs\n%s\nwant\n%s", err, got, want)
	}
	if c := r.Receipt(); c.Missed > 0 || len(c.Jobs[0].Differences) > 0 && c.Jobs[0].HandedOut {
		t.Errorf("%+v", c)
	}
}

// A git that cannot make a repository leaves the recorded bytes, and says why once.
func TestGitFallsBack(t *testing.T) {
	tape := NewTape("http://gitlab.example").Add(
		Take{Method: "GET", URL: "/grp/proj.git/info/refs?service=git-upload-pack", Header: []string{"Git-Protocol", "version=2"}, Status: 200, Content: "refs"},
		Take{Method: "POST", URL: "/grp/proj.git/git-upload-pack", Header: []string{"Git-Protocol", "version=2"}, Body: pkts("command=fetch", "|", "want a", "done", ""), Status: 200, Content: "pack a"},
	)
	var said strings.Builder
	asked := 0
	r, err := New(tape, Options{Logger: slog.New(slog.NewTextHandler(&said, nil)), Rebuild: func(answers []GitAnswer) (Repository, error) {
		if asked++; len(answers) != 2 || answers[0].Posted || !answers[1].Posted {
			t.Errorf("answers %+v", answers)
		}
		return nil, errors.New("no git is here")
	}})
	if err != nil {
		t.Fatal(err)
	}
	auth := []string{"Authorization", "Basic eDp5", "Git-Protocol", "version=2"}
	for range 2 {
		if a := r.ask("GET", "/grp/proj.git/info/refs?service=git-upload-pack", "", auth...).want(t, 200); a.body != "refs" {
			t.Errorf("got %q", a.body)
		}
		if a := r.ask("POST", "/grp/proj.git/git-upload-pack", pkts("command=fetch", "|", "want a", "done", ""), auth...).want(t, 200); a.body != "pack a" {
			t.Errorf("got %q", a.body)
		}
	}
	if n := strings.Count(said.String(), "no git is here"); n != 1 || asked != 1 {
		t.Errorf("asked %d times, said %d times: %s", asked, n, said.String())
	}
}

// A push is answered as it was recorded, and no other is.
func TestGitPush(t *testing.T) {
	upstream, _ := gitUpstream(t)
	tape := NewTape(upstream)
	tape.Add(handOut(`{"id":42,"token":"token42"}`))
	base := Capture(t, tape)
	dir := filepath.Join(t.TempDir(), "a")
	mustGit(t, "", "clone", "-q", withToken(base), dir)
	mustGit(t, dir, "push", "-q", withToken(base), "HEAD:refs/heads/pushed")
	r := rebuilding(t, tape)
	s := httptest.NewServer(r)
	defer s.Close()
	again := filepath.Join(t.TempDir(), "b")
	mustGit(t, "", "clone", "-q", withToken(s.URL), again)
	mustGit(t, again, "push", "-q", withToken(s.URL), "HEAD:refs/heads/pushed")
	if c := r.Receipt(); c.Missed > 0 {
		t.Errorf("misses %+v", c.Misses)
	}
}

// half is a repository that has an answer only for some.
type half struct{ written string }

func (h half) Refs(_ context.Context, job int64, _ string, _ io.Writer) error {
	return fmt.Errorf("nothing for job %d", job)
}

func (h half) Pack(_ context.Context, _ int64, _ string, _ []byte, w io.Writer) (string, error) {
	io.WriteString(w, h.written)
	return "never said", errors.New("git broke")
}

// Where a repository has no answer, recorded bytes are one; where git breaks in the middle of one, that is a miss.
func TestGitHalf(t *testing.T) {
	tape := NewTape("http://gitlab.example").Add(
		Take{Method: "GET", URL: "/grp/proj.git/info/refs?service=git-upload-pack", Status: 200, Content: "refs"},
		Take{Method: "POST", URL: "/grp/proj.git/git-upload-pack", Body: pkts("want a", "", "done"), Status: 200, Content: "pack a"},
	)
	for written, want := range map[string]struct {
		body   string
		misses int64
	}{"": {"pack a", 0}, "half of it": {"half of it", 1}} {
		r, err := New(tape, Options{Rebuild: func([]GitAnswer) (Repository, error) { return half{written}, nil }})
		if err != nil {
			t.Fatal(err)
		}
		auth := []string{"Authorization", "Basic eDp5"}
		if a := r.ask("GET", "/grp/proj.git/info/refs?service=git-upload-pack", "", auth...).want(t, 200); a.body != "refs" {
			t.Errorf("got %q", a.body)
		}
		if a := r.ask("POST", "/grp/proj.git/git-upload-pack", pkts("want a", "", "done"), auth...).want(t, 200); a.body != want.body {
			t.Errorf("got %q, want %q", a.body, want.body)
		}
		c := r.Receipt()
		if c.Missed != want.misses || c.Missed > 0 && !strings.Contains(c.Misses[0].Reason, "git: /grp/proj: git broke") || len(c.Notes) > 0 {
			t.Errorf("misses %+v, notes %q", c.Misses, c.Notes)
		}
	}
}
