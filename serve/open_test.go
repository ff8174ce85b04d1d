package serve

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"runnertape/fixtures"
	"runnertape/store"
)

// Each form of recordings is opened; what is none has an error, and no recording.
func TestOpen(t *testing.T) {
	dir := t.TempDir()
	database, folder, text := filepath.Join(dir, "a.db"), filepath.Join(dir, "folder"), filepath.Join(dir, "a.txtar")
	w, err := store.Create(database, NewHeader("test", "http://gitlab.test", false))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(database); !errors.Is(err, store.ErrHeld) {
		t.Errorf("while it is made: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	src, err := Open(database)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	f, err := os.Create(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fixtures.Write(f, src), f.Close(), fixtures.WriteFolder(folder, src)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{database, folder, text} {
		r, err := Open(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if h := r.Header(); h.Upstream != "http://gitlab.test" || !h.Redacted || h.Program != "test" {
			t.Errorf("%s: %+v", path, h)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	damaged := filepath.Join(dir, "damaged.txtar")
	if err := os.WriteFile(damaged, []byte("runnertape text recording, format 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{filepath.Join(dir, "none"): ErrNoRecording, damaged: nil} {
		if r, err := Open(path); err == nil || r != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, %v", path, r, err)
		}
	}
}
