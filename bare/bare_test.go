package bare

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var versions = []string{"0", "1", "2"}

// What was recorded with a depth is served with any, in any version of the protocol.
func TestDepths(t *testing.T) {
	u := newUpstream(t, 30)
	head := u.id(t, "main")
	refspec := "+" + head + ":refs/pipelines/7"
	for i, version := range versions {
		mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(1), version, "--depth", "20", refspec, "+refs/heads/main:refs/remotes/origin/main")
		b := u.rebuild(t)
		u.forget()
		for _, asked := range versions {
			for _, c := range []struct {
				args  []string
				want  string
				notes int
			}{
				{[]string{"--depth", "1"}, "1", 0},
				{[]string{"--depth", "25"}, "20", 1},
			} {
				t.Run(fmt.Sprintf("%s then %s %s", version, asked, c.args), func(t *testing.T) {
					dir := filepath.Join(t.TempDir(), "b")
					b.notes = nil
					mustFetch(t, dir, b.as(1), asked, append(c.args, refspec, "+refs/heads/main:refs/remotes/origin/main")...)
					if got := commits(t, dir, "refs/pipelines/7"); got != c.want {
						t.Errorf("%s commits, want %s", got, c.want)
					}
					if got := mustGit(t, dir, "rev-parse", "refs/remotes/origin/main"); got != head {
						t.Errorf("main is %s, want %s", got, head)
					}
					if len(b.notes) != c.notes || len(b.errors) > 0 {
						t.Errorf("notes %q, errors %q", b.notes, b.errors)
					}
				})
			}
		}
		if i == 0 && len(b.repository.boundary) != 1 {
			t.Errorf("boundary %q", b.repository.boundary)
		}
	}
}

// All of the history is asked for, and only a part was recorded: clone takes it, fetch has the objects, and a person is told.
func TestWholeHistoryOfShallow(t *testing.T) {
	u := newUpstream(t, 30)
	mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(1), "2", "--depth", "20", "+refs/heads/main:refs/remotes/origin/main")
	b := u.rebuild(t)
	for _, version := range versions {
		dir := filepath.Join(t.TempDir(), "b")
		mustGit(t, filepath.Dir(dir), "-c", "protocol.version="+version, "clone", "-q", b.as(1), dir)
		if got := commits(t, dir, "HEAD"); got != "20" {
			t.Errorf("clone: %s commits", got)
		}
		dir = filepath.Join(t.TempDir(), "c")
		out, err := tryFetch(t, dir, b.as(1), version, "+refs/heads/main:refs/remotes/origin/main")
		if version == "2" && err != nil { // before, git does not understand that over HTTP
			t.Errorf("fetch: %v %s", err, out)
		}
		mustGit(t, dir, "checkout", "-q", u.id(t, "main")) // as a runner does
		dir = filepath.Join(t.TempDir(), "d")
		mustFetch(t, dir, b.as(1), version, "--depth", "3", "+refs/heads/main:refs/remotes/origin/main")
		mustFetch(t, dir, b.as(1), version, "--unshallow", "+refs/heads/main:refs/remotes/origin/main")
		if got := commits(t, dir, "refs/remotes/origin/main"); got != "20" {
			t.Errorf("unshallow: %s commits", got)
		}
	}
	if len(b.notes) != 2 || len(b.errors) > 0 {
		t.Errorf("notes %q, errors %q", b.notes, b.errors)
	}
	for _, note := range b.notes {
		if !strings.Contains(note, "a depth of 20") || !strings.Contains(note, "GIT_DEPTH") {
			t.Errorf("note %q", note)
		}
	}
}

// Jobs at different commits: one repository has all, and each job sees the refs as they were for it.
func TestJobs(t *testing.T) {
	u := newUpstream(t, 12)
	heads := "+refs/heads/*:refs/remotes/origin/*"
	existing := filepath.Join(t.TempDir(), "a")
	mustFetch(t, existing, u.as(1), "2", "--depth", "5", heads)
	first := u.id(t, "main")
	u.commit(t, 13, 20)
	second := u.id(t, "main")
	mustGit(t, u.work, "branch", "other", "HEAD~1")
	mustFetch(t, existing, u.as(2), "2", "--depth", "5", heads) // GIT_STRATEGY=fetch: it has something
	u.commit(t, 21, 22)
	mustFetch(t, filepath.Join(t.TempDir(), "b"), u.as(3), "0", heads) // everything
	b := u.rebuild(t)
	if len(b.repository.boundary) > 0 || len(b.repository.left) > 0 {
		t.Errorf("boundary %q, left %v", b.repository.boundary, b.repository.left)
	}
	for job, want := range []string{0: u.id(t, "main"), 1: first, 2: second, 3: u.id(t, "main"), 4: u.id(t, "main")} {
		for _, version := range versions {
			refs := mustGit(t, ".", "-c", "protocol.version="+version, "ls-remote", b.as(job))
			if !strings.Contains(refs, want+"\trefs/heads/main\n") && !strings.HasSuffix(refs, want+"\trefs/heads/main") {
				t.Errorf("job %d, version %s: want %s in\n%s", job, version, want, refs)
			}
		}
	}
	dir := filepath.Join(t.TempDir(), "c")
	mustFetch(t, dir, b.as(1), "2", "--depth", "2", "+"+second+":refs/pipelines/2") // another job's commit
	if got := commits(t, dir, "refs/pipelines/2"); got != "2" {
		t.Errorf("%s commits", got)
	}
	mustFetch(t, dir, b.as(1), "2", "--unshallow", "+"+second+":refs/pipelines/2")
	if got := commits(t, dir, "refs/pipelines/2"); got != "20" {
		t.Errorf("%s commits", got)
	}
	mustGit(t, dir, "fsck", "--connectivity-only")
	if len(b.errors) > 0 || len(b.notes) > 0 {
		t.Errorf("notes %q, errors %q", b.notes, b.errors)
	}
}

// A job that fetched into a clone from before the recording: what it got does not stand by itself.
func TestPartOfWhatWasThere(t *testing.T) {
	u := newUpstream(t, 10)
	existing := filepath.Join(t.TempDir(), "a")
	heads := "+refs/heads/*:refs/remotes/origin/*"
	mustFetch(t, existing, u.as(1), "2", heads)
	u.forget()
	u.commit(t, 11, 12)
	mustFetch(t, existing, u.as(2), "2", heads)
	g := New(u, slog.New(slog.DiscardHandler))
	defer g.Close()
	if _, err := g.Rebuild(u.answers); err == nil || !strings.Contains(err.Error(), "GIT_STRATEGY=clone") {
		t.Errorf("only a part: %v", err)
	}
	u.commit(t, 13, 14)
	mustFetch(t, filepath.Join(t.TempDir(), "b"), u.as(3), "2", "--depth", "1", heads)
	b := u.rebuild(t)
	if b.repository.left[2] == nil || b.repository.left[3] != nil {
		t.Errorf("left %v", b.repository.left)
	}
	mustFetch(t, filepath.Join(t.TempDir(), "c"), b.as(3), "2", "--depth", "3", heads)
	if out, err := tryFetch(t, filepath.Join(t.TempDir(), "d"), b.as(2), "2", heads); err == nil {
		t.Errorf("no error: %s", out)
	}
	if len(b.errors) != 1 || !strings.Contains(b.errors[0], "builds on what that runner had already") {
		t.Errorf("errors %q", b.errors)
	}
	if files := b.repository.packs(t); files != 1 {
		t.Errorf("%d packs are left, want 1", files)
	}
}

func (r *Repository) packs(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(r.objects(), "objects", "pack", "*.pack"))
	must(t, err)
	return len(files)
}

// Of fetches that ask for the same one pack is read.
func TestSameAsk(t *testing.T) {
	u := newUpstream(t, 5)
	for job := range 3 {
		mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(job+1), "2", "--depth", "2", "+refs/heads/main:refs/heads/main")
	}
	last := u.answers[len(u.answers)-1].ID
	u.bodies[last] = [2][]byte{u.bodies[last][0], []byte("broken")}
	b := u.rebuild(t)
	if len(b.repository.left) > 0 || b.repository.packs(t) != 1 || len(b.repository.views) > 0 {
		t.Errorf("left %v, %d packs", b.repository.left, b.repository.packs(t))
	}
	for job := range 4 {
		mustFetch(t, filepath.Join(t.TempDir(), "b"), b.as(job), "2", "+refs/heads/main:refs/heads/main", "--depth", "1")
	}
	if n := len(b.repository.views); n != 1 {
		t.Errorf("%d views of jobs that were told the same", n)
	}
}

func TestPartialClone(t *testing.T) {
	u := newUpstream(t, 9)
	dir := filepath.Join(t.TempDir(), "a")
	mustGit(t, filepath.Dir(dir), "clone", "-q", "--filter=blob:none", u.as(1), dir) // and what checking out needs
	b := u.rebuild(t)
	if !slices.Equal(b.repository.filters, []string{"blob:none"}) || len(b.repository.left) > 0 {
		t.Errorf("filters %q, left %v", b.repository.filters, b.repository.left)
	}
	again := filepath.Join(t.TempDir(), "b")
	mustGit(t, filepath.Dir(again), "clone", "-q", "--filter=blob:none", b.as(1), again)
	if got := mustGit(t, again, "status", "--porcelain"); got != "" {
		t.Errorf("status %s", got)
	}
	mustFetch(t, filepath.Join(t.TempDir(), "c"), b.as(1), "2", "--depth", "1", "+refs/heads/main:refs/heads/main") // its files are all there
	if len(b.errors) > 0 {
		t.Errorf("errors %q", b.errors)
	}
	if out, err := tryFetch(t, filepath.Join(t.TempDir(), "d"), b.as(1), "2", "+refs/heads/main:refs/heads/main"); err == nil {
		t.Errorf("older files are not there: %s", out)
	}
	if len(b.errors) != 1 || !strings.Contains(b.errors[0], "--filter=blob:none") {
		t.Errorf("errors %q", b.errors)
	}
}

func TestSHA256(t *testing.T) {
	u := newUpstream(t, 5, "--object-format=sha256")
	mustFetch(t, filepath.Join(t.TempDir(), "sha256"), u.as(1), "2", "--depth", "3", "+refs/heads/main:refs/heads/other")
	b := u.rebuild(t)
	for _, version := range versions {
		dir := filepath.Join(t.TempDir(), "sha256")
		mustFetch(t, dir, b.as(1), version, "--depth", "2", "+refs/heads/main:refs/heads/other")
		if got := commits(t, dir, "refs/heads/other"); got != "2" {
			t.Errorf("version %s: %s commits", version, got)
		}
	}
}

func TestEmpty(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		for _, version := range versions {
			u := newUpstream(t, 0, "--object-format="+format)
			mustGit(t, t.TempDir(), "-c", "protocol.version="+version, "clone", "-q", u.as(1), "a")
			b := u.rebuild(t)
			for _, version := range versions {
				dir := t.TempDir()
				out := mustGit(t, dir, "-c", "protocol.version="+version, "clone", "-q", b.as(1), "b")
				if !strings.Contains(out, "empty repository") {
					t.Errorf("version %s: %s", version, out)
				}
			}
			if got := mustGit(t, b.repository.objects(), "rev-parse", "--show-object-format"); got != format && version == "2" { // before, nothing is said of an empty one
				t.Errorf("version %s: format %s, want %s", version, got, format)
			}
		}
	}
}

// What is not in the recording is said by its name.
func TestNotThere(t *testing.T) {
	u := newUpstream(t, 12)
	mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(1), "2", "--depth", "2", "+refs/heads/main:refs/heads/main")
	b := u.rebuild(t)
	early := u.id(t, "v10")
	out, err := tryFetch(t, filepath.Join(t.TempDir(), "b"), b.as(1), "2", "+"+early+":refs/heads/early")
	if err == nil {
		t.Errorf("no error: %s", out)
	}
	if len(b.errors) != 1 || !strings.Contains(b.errors[0], early+" is not in the recording") {
		t.Errorf("errors %q", b.errors)
	}
}

func TestNoPack(t *testing.T) {
	u := newUpstream(t, 2)
	mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(1), "2", "+refs/heads/main:refs/heads/main")
	g := New(u, slog.New(slog.DiscardHandler))
	defer g.Close()
	lost := slices.Clone(u.answers)
	for i := range lost {
		if lost[i].Posted {
			lost[i].Lost = "it was dropped"
		}
	}
	if _, err := g.Rebuild(lost); err == nil || !strings.Contains(err.Error(), "its pack: it was dropped") {
		t.Errorf("lost: %v", err)
	}
	if _, err := g.Rebuild(u.answers[:1]); err == nil || err.Error() != "no pack of it was recorded" {
		t.Errorf("refs only: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := g.Rebuild(u.answers); err == nil || !strings.Contains(err.Error(), "no git is installed") {
		t.Errorf("without git: %v", err)
	}
}

func TestIsRef(t *testing.T) {
	for name, want := range map[string]bool{
		"refs/heads/main": true, "refs/tags/v1.0": true, "refs/heads/a/b-c_d@e": true, "refs/heads/größe": true,
		"HEAD": false, "refs/": false, "refs/heads/../../x": false, "refs/heads//x": false, "refs/heads/x y": false, "refs/heads/.x": false,
		"refs/heads/x.lock": false, "refs/heads/x.lock/y": false, "refs/heads/x\n": false, "refs/heads/@{1}": false, "refs/heads/x*": false, "refs/heads/x.": false,
	} {
		if got := isRef(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
		if _, err := tryGit(t, t.TempDir(), "check-ref-format", name); (err == nil) != want && name != "HEAD" {
			t.Errorf("%q: git says %v", name, err)
		}
	}
}

// An end of the replay ends a git at work, and leaves nothing.
func TestCloseEndsGit(t *testing.T) {
	u := newUpstream(t, 5)
	mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(1), "2", "+refs/heads/main:refs/heads/main")
	g := New(u, slog.New(slog.DiscardHandler))
	repository, err := g.Rebuild(u.answers)
	must(t, err)
	writing := make(chan struct{})
	served := make(chan error, 1)
	go func() {
		_, err := repository.Pack(t.Context(), 1, "version=2", u.bodies[u.answers[len(u.answers)-1].ID][0], &stalled{writing, g.life.Done()})
		served <- err
	}()
	<-writing
	must(t, g.Close())
	if err := <-served; err == nil {
		t.Error("it was served to its end")
	}
	if _, err := os.Stat(g.dir); err == nil {
		t.Errorf("%s is still there", g.dir)
	}
	if _, err := g.Rebuild(u.answers); !errors.Is(err, errEnding) {
		t.Errorf("after that: %v", err)
	}
	if err := repository.Refs(t.Context(), 1, "", io.Discard); !errors.Is(err, errEnding) {
		t.Errorf("after that: %v", err)
	}
}

// stalled is a client that takes nothing until its connection is cut.
type stalled struct {
	writing chan struct{} // closed by the first Write
	cut     <-chan struct{}
}

func (s *stalled) Write([]byte) (int, error) {
	close(s.writing)
	<-s.cut
	return 0, io.ErrClosedPipe
}

// Git here reaches nobody, whatever it is told, and takes no settings but ours.
func TestCommandIsClosed(t *testing.T) {
	gitPath(t)
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(dir, "config"))
	must(t, os.WriteFile(filepath.Join(dir, "config"), []byte("[user]\n\tname = somebody\n"), 0o600))
	if out, err := run(t.Context(), dir, nil, "config", "user.name"); err == nil {
		t.Errorf("the user's settings are read: %s", out)
	}
	for _, url := range []string{"http://127.0.0.1:1/x", "ssh://127.0.0.1:1/x", "git://127.0.0.1:1/x", dir} {
		if _, err := run(t.Context(), dir, nil, "ls-remote", url); err == nil || !strings.Contains(err.Error(), "not allowed") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
