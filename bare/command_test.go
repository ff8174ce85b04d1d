package bare

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An end of the replay ends a git at work, and leaves nothing.
func TestCloseEndsGit(t *testing.T) {
	u := newUpstream(t, 5)
	mustFetch(t, filepath.Join(t.TempDir(), "a"), u.as(1), "2", "+refs/heads/main:refs/heads/main")
	g := New(t.Context(), u, slog.New(slog.DiscardHandler))
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
