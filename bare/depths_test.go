package bare

import (
	"fmt"
	"path/filepath"
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
