package replaytest_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
	"runnertape/serve"
	"runnertape/store"
)

// A recording that cannot be read fails a test, and never skips it.
func TestUnreadableRecordings(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none.txtar"), "no such file (a path is from the test's folder; "},
		{"newer", file("newer.txtar", "runnertape text recording, format 999\n"), "written by a newer version, in format 999"},
		{"foreign", file("foreign.db", "nothing of ours\n"), "foreign.db"},
		{"empty", file("empty.txtar", ""), "empty.txtar"},
	} {
		t.Run(c.name, func(t *testing.T) {
			judged := faketest.Run(func(t testing.TB) {
				replaytest.Start(t, c.path)
				t.Error("it goes on")
			})
			if said := strings.Join(judged.Errors(), "\n"); len(judged.Errors()) != 1 || !strings.Contains(said, c.want) || strings.Contains(said, "goes on") {
				t.Errorf("failed with %q, want %q", said, c.want)
			}
		})
	}
}

// A database is as good as a text, and what is no file as a file.
func TestSources(t *testing.T) {
	t.Parallel()
	text, err := serve.Open(recording)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, text.Header())
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range text.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body, err := text.Body(x.ID, side)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(body)
			if err := errors.Join(err, body.Close(), w.Write(x.ID, side, content)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Put(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "recording")
	if err := fixtures.WriteFolder(folder, text); err != nil {
		t.Fatal(err)
	}
	lint := replaytest.Options{Replay: replay.Options{Jobs: []int64{1003}}}
	for name, srv := range map[string]*replaytest.Server{
		"database": replaytest.StartWith(t, path, lint), "folder": replaytest.StartWith(t, folder, lint), "source": replaytest.StartSource(t, text, lint),
	} {
		run(t, srv, 0, play)
		if j := srv.Job(1003); j.State() != "failed" {
			t.Errorf("%s: %+v", name, j.Receipt())
		}
		srv.Close()
	}
}
