package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// worktree is a folder from which a bare repository is filled. Its commits are the same at any time.
type worktree struct {
	home, dir string
}

func (w worktree) git(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{
		"-C", w.dir, "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always",
	}, args...)...)
	c.Env = append(cleanEnv(w.home), "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// fill makes the repository with one file, and a bare copy of it.
func (w worktree) fill(t *testing.T, file, content, bare string) {
	t.Helper()
	mustDo(t, os.MkdirAll(w.dir, 0o700))
	w.git(t, "init", "-q")
	mustDo(t, os.WriteFile(filepath.Join(w.dir, file), []byte(content), 0o600))
	w.git(t, "add", ".")
	w.git(t, "commit", "-q", "-m", "first")
	mustDo(t, os.MkdirAll(filepath.Dir(bare), 0o700))
	w.git(t, "clone", "-q", "--bare", w.dir, bare)
}

// newRepo makes a bare repository group/project.git, and tells its commit.
func newRepo(t *testing.T, dir string) (root, sha string) {
	t.Helper()
	root = filepath.Join(dir, "git")
	w := worktree{dir, filepath.Join(dir, "tree")}
	w.fill(t, "hello.txt", "hello from the repository\n", filepath.Join(root, "group/project.git"))
	return root, w.git(t, "rev-parse", "HEAD")
}

// addSubmodule makes a repository group/library.git beside it, and a commit that has that as a submodule.
func addSubmodule(t *testing.T, dir string) (sha string) {
	t.Helper()
	library := filepath.Join(dir, "git/group/library.git")
	worktree{dir, filepath.Join(dir, "library")}.fill(t, "library.txt", "hello from the library\n", library)
	w := worktree{dir, filepath.Join(dir, "tree")}
	w.git(t, "submodule", "--quiet", "add", library, "library")
	w.git(t, "config", "--file", ".gitmodules", "submodule.library.url", "../library.git")
	w.git(t, "add", ".")
	w.git(t, "commit", "-q", "-m", "library")
	w.git(t, "push", "-q", filepath.Join(dir, "git/group/project.git"), "HEAD:main")
	return w.git(t, "rev-parse", "HEAD")
}
