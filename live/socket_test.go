package live

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"runnertape"
	"runnertape/store"
)

// names are those of a folder's entries.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	return found
}

func TestSocketIsPrivateAndGoes(t *testing.T) {
	rec := record(t)
	info, err := os.Lstat(rec.path + Suffix)
	must(t, err)
	if info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("its mode is %v", info.Mode())
	}
	if got := names(t, filepath.Dir(rec.path)); !slices.Equal(got, []string{"recording.db", "recording.db.sock"}) {
		t.Errorf("there is %q", got)
	}
	rec.end()
	if got := names(t, filepath.Dir(rec.path)); !slices.Equal(got, []string{"recording.db"}) {
		t.Errorf("there is %q at the end", got)
	}
}

// A socket that a killed recorder left answers nobody, and the next recorder replaces it.
func TestStaleSocket(t *testing.T) {
	rec := record(t)
	rec.put(runnertape.Done, 1)
	rec.kill()
	if _, err := Open(rec.path, rec.file); !errors.Is(err, ErrNoRecorder) {
		t.Errorf("nobody is there: %v", err)
	}
	w, err := store.Append(rec.path)
	must(t, err)
	s, err := Serve(rec.path, w.Reader(), w.Committed)
	must(t, err)
	if got := ids(t, rec.open(), 0); !slices.Equal(got, []uint64{1}) {
		t.Errorf("exchanges %d", got)
	}
	must(t, s.End(w.Close))
	if _, err := Open(rec.path, rec.file); !errors.Is(err, ErrNoRecorder) {
		t.Errorf("nobody is there any more: %v", err)
	}
}

// What is not a socket is nothing to replace, and a socket that lets others in nothing to trust.
func TestPlaceIsTaken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, runnertape.Recording{})
	must(t, err)
	must(t, os.WriteFile(path+Suffix, []byte("mine"), 0o600))
	s, err := Serve(path, w.Reader(), w.Committed)
	if err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("a file is in its place: %v", err)
	}
	must(t, s.End(w.Close)) // without a server it only closes
	if got, err := os.ReadFile(path + Suffix); string(got) != "mine" {
		t.Errorf("the file was changed to %q, %v", got, err)
	}

	rec := record(t)
	defer rec.end()
	must(t, os.Chmod(rec.path+Suffix, 0o666))
	if _, err := Open(rec.path, rec.file); err == nil || errors.Is(err, ErrNoRecorder) {
		t.Errorf("a socket of mode 0666: %v", err)
	}
}

// Addresses of sockets are short; paths need not be.
func TestLongPaths(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, strings.Repeat("d", 100), strings.Repeat("e", 200))
	must(t, os.MkdirAll(deep, 0o700))
	for _, path := range []string{filepath.Join(deep, "short.db"), filepath.Join(dir, strings.Repeat("n", 200)+".db")} {
		if runtime.GOOS != "linux" {
			w, err := store.Create(path, runnertape.Recording{})
			must(t, err)
			if _, err := Serve(path, w.Reader(), w.Committed); !errors.Is(err, errTooLong) {
				t.Errorf("a path of %d bytes: %v", len(path), err)
			}
			must(t, w.Close())
			continue
		}
		rec := recordAt(t, path)
		rec.put(runnertape.Done, 1)
		if got := ids(t, rec.open(), 0); !slices.Equal(got, []uint64{1}) {
			t.Errorf("a path of %d bytes: exchanges %d", len(path), got)
		}
		rec.kill()
		if _, err := Open(path, rec.file); !errors.Is(err, ErrNoRecorder) {
			t.Errorf("a path of %d bytes: nobody is there: %v", len(path), err)
		}
	}
}

// Each name of a recording leads to the same socket.
func TestNamesOfARecording(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	rec := recordAt(t, "recording.db")
	defer rec.end()
	rec.put(runnertape.Done, 1)
	must(t, os.Symlink("recording.db", "link"))
	must(t, os.Symlink(dir, "folder"))
	for _, path := range []string{"recording.db", "./recording.db", "link", "folder/link", filepath.Join(dir, "link")} {
		r, err := Open(path, rec.file)
		must(t, err)
		if got := ids(t, r, 0); !slices.Equal(got, []uint64{1}) {
			t.Errorf("%s: exchanges %d", path, got)
		}
		must(t, r.Close())
	}
}
