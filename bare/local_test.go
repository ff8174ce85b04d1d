package bare

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The clone of a local repository is one that a server could have been recorded with: it is rebuilt, and cloned at any depth.
func TestLocal(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			u := newUpstream(t, 30, "--object-format="+format)
			for _, c := range []struct {
				revision, name, of string
				tag                bool
				depth              int
				want               string // commits
			}{
				{"HEAD", "main", "main", false, 20, "20"},
				{"main", "main", "main", false, 0, "30"},
				{"v10", "v10", "v10", true, 3, "3"},
				{"main~5", "detached", "main~5", false, 1, "1"},
			} {
				clone := mustLocal(t, u.work, c.revision, c.depth, "refs/pipelines/7")
				if clone.Name != c.name || clone.Tag != c.tag || clone.SHA != u.id(t, c.of) || clone.SHA256 != (format == "sha256") || clone.Author != "a <a@example>" || clone.Message != "%\n" || clone.Authored.Year() != 2023 {
					t.Errorf("%s: %+v", c.revision, clone)
				}
				u.play(t, clone)
				b := u.rebuild(t)
				dir := filepath.Join(t.TempDir(), format)
				mustFetch(t, dir, b.as(1), "2", "--depth", "100", "+refs/pipelines/7:refs/pipelines/7", "+"+clone.Ref()+":refs/heads/fetched")
				if got := commits(t, dir, "refs/pipelines/7"); got != c.want {
					t.Errorf("%s: %s commits, want %s", c.revision, got, c.want)
				}
				mustGit(t, dir, "fsck", "--full")
				must(t, clone.Close())
				if _, err := os.Stat(clone.dir); err == nil {
					t.Errorf("%s is still there", clone.dir)
				}
			}
		})
	}
}

// play lets the recording be of that clone, by job 1.
func (u *upstream) play(t *testing.T, c *Clone) {
	t.Helper()
	u.forget()
	for i, call := range c.Calls {
		id := uint64(i + 1)
		u.answers = append(u.answers, Answer{ID: id, Job: 1, Posted: call.Posted})
		u.bodies[id] = [2][]byte{call.Request, answerOf(t, call)}
	}
}

func answerOf(t *testing.T, c Call) []byte {
	t.Helper()
	r, err := c.Open()
	must(t, err)
	defer r.Close()
	all, err := io.ReadAll(r)
	must(t, err)
	return all
}

func mustLocal(t *testing.T, dir, revision string, depth int, refs ...string) *Clone {
	t.Helper()
	clone, err := Local(t.Context(), dir, revision, depth, refs...)
	must(t, err)
	t.Cleanup(func() { must(t, clone.Close()) })
	return clone
}

// The same repository gives the same bytes; so does one of its folders, and a linked work tree. It is left as it was.
func TestLocalIsTheSame(t *testing.T) {
	u := newUpstream(t, 12)
	mustGit(t, u.work, "checkout", "-q", "-f")
	tree := filepath.Join(t.TempDir(), "tree")
	mustGit(t, u.work, "worktree", "add", "-q", tree, "main~0")
	must(t, os.Mkdir(filepath.Join(u.work, "inside"), 0o700))
	git := listing(t, filepath.Join(u.work, ".git"))
	first := mustLocal(t, u.work, "main", 5)
	for _, dir := range []string{u.work, filepath.Join(u.work, "inside"), tree} {
		again := mustLocal(t, dir, "main", 5)
		for i := range first.Calls {
			if !bytes.Equal(answerOf(t, first.Calls[i]), answerOf(t, again.Calls[i])) {
				t.Errorf("%s: answer %d is another", dir, i)
			}
		}
	}
	if after := listing(t, filepath.Join(u.work, ".git")); after != git {
		t.Errorf("there was\n%s\nand is\n%s", git, after)
	}
	if first.Dirty {
		t.Error("it is dirty")
	}
	must(t, os.WriteFile(filepath.Join(u.work, "file-1"), []byte("changed\n"), 0o600))
	if dirty := mustLocal(t, u.work, "main", 5); !dirty.Dirty || mustLocal(t, filepath.Join(u.work, ".git"), "main", 5).Dirty {
		t.Error("a change is not told, or where there is no work tree")
	}
}

// listing are the files below a folder, with their sizes and times.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	must(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		info, _ := d.Info()
		fmt.Fprintln(&b, path, info.Size(), info.ModTime())
		return err
	}))
	return b.String()
}

// A shallow repository gives what it has.
func TestLocalShallow(t *testing.T) {
	u := newUpstream(t, 30)
	dir := filepath.Join(t.TempDir(), "shallow")
	mustFetch(t, dir, u.as(1), "2", "--depth", "4", "+refs/heads/main:refs/heads/main")
	u.play(t, mustLocal(t, dir, "main", 20))
	again := filepath.Join(t.TempDir(), "again")
	mustFetch(t, again, u.rebuild(t).as(1), "2", "--depth", "20", "+refs/heads/main:refs/heads/main")
	if got := commits(t, again, "refs/heads/main"); got != "4" {
		t.Errorf("%s commits", got)
	}
}

// A branch of a remote has the name that it has there.
func TestLocalOfRemote(t *testing.T) {
	u := newUpstream(t, 2)
	dir := filepath.Join(t.TempDir(), "cloned")
	mustGit(t, u.work, "clone", "-q", u.work, dir)
	if c := mustLocal(t, dir, "origin/main", 1); c.Name != "main" || c.Ref() != "refs/heads/main" || c.SHA != u.id(t, "main") {
		t.Errorf("%+v", c)
	}
}

func TestLocalRefuses(t *testing.T) {
	u := newUpstream(t, 1)
	empty := filepath.Join(t.TempDir(), "empty")
	mustGit(t, u.work, "init", "-q", empty)
	broken := filepath.Join(t.TempDir(), "broken")
	mustGit(t, u.work, "clone", "-q", u.work, broken)
	must(t, os.RemoveAll(filepath.Join(broken, ".git", "objects")))
	must(t, os.MkdirAll(filepath.Join(broken, ".git", "objects"), 0o700))
	for _, c := range []struct{ dir, revision, want string }{
		{filepath.Join(t.TempDir(), "none"), "HEAD", "no such folder"},
		{t.TempDir(), "HEAD", "is no git repository"},
		{empty, "HEAD", `there is no commit "HEAD" in it`},
		{u.work, "none", `there is no commit "none" in it`},
		{u.work, "--help", `there is no commit "--help" in it`},
		{broken, "main", `there is no commit "main" in it`},
	} {
		clone, err := Local(t.Context(), c.dir, c.revision, 20)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, %v", c.dir, c.revision, clone, err)
		}
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Local(t.Context(), u.work, "HEAD", 1); err == nil || err.Error() != "no git is installed here (looked for in PATH)" {
		t.Errorf("without git: %v", err)
	}
}
