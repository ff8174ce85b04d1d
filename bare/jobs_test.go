package bare

import (
	"path/filepath"
	"strings"
	"testing"
)

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
