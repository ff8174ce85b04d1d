package bare

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A job that fetched into a clone from before the recording: what it got does not stand by itself.
func TestPartOfWhatWasThere(t *testing.T) {
	u := newUpstream(t, 10)
	existing := filepath.Join(t.TempDir(), "a")
	heads := "+refs/heads/*:refs/remotes/origin/*"
	mustFetch(t, existing, u.as(1), "2", heads)
	u.forget()
	u.commit(t, 11, 12)
	mustFetch(t, existing, u.as(2), "2", heads)
	g := New(t.Context(), u, slog.New(slog.DiscardHandler))
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
