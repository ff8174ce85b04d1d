package bare

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

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
	g := New(t.Context(), u, slog.New(slog.DiscardHandler))
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
