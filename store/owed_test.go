package store

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"runnertape"
)

// A note is in the file before anything is changed, Check tells of it, and it leaves with what was changed.
func TestOwe(t *testing.T) {
	path, w := newRecording(t)
	mustOwe := func(want string) {
		t.Helper()
		copied := filepath.Join(t.TempDir(), "copy.db") // as after a kill
		b, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(copied, b, 0o600))
		r, err := Open(copied)
		must(t, err)
		note, err := r.Owed()
		must(t, err)
		if string(note) != want {
			t.Errorf("the note is %q, not %q", note, want)
		}
		problem, err := r.Unfinished()
		must(t, err)
		must(t, r.Close())
		found, err := Check(copied)
		must(t, err)
		if (want != "") != (problem == owing) || (problem != "") != slices.Contains(found.Problems, problem) {
			t.Errorf("unfinished: %q, Check: %q", problem, found.Problems)
		}
	}
	must(t, w.Write(1, runnertape.RequestSide, bytes.Repeat([]byte("text"), 9000)))
	must(t, w.Put(exchange(1, runnertape.Done)))
	must(t, w.Commit())
	w.Owe([]byte("one"))
	mustOwe("")
	must(t, w.Commit())
	mustOwe("one")
	w.Owe([]byte("two"))
	must(t, w.Overwrite(1, runnertape.RequestSide, 100, []byte("over")))
	mustOwe("two")
	w.Owe(nil)
	must(t, w.Commit())
	mustOwe("two") // what was changed is not scrubbed
	must(t, w.Scrub(func([]byte) bool { return false }))
	mustOwe("")
	w.Owe([]byte("three"))
	must(t, w.Overwrite(1, runnertape.RequestSide, 100, []byte("more")))
	must(t, w.Commit())
	must(t, w.Close()) // as a kill, for what is of interest here
	compacted := filepath.Join(t.TempDir(), "compacted.db")
	done, err := Compact(context.Background(), path, compacted, nil)
	must(t, err)
	if done.Unfinished != owing {
		t.Errorf("compacted: %q", done.Unfinished)
	}
	w, err = Append(path)
	must(t, err)
	if string(w.Owed()) != "three" {
		t.Errorf("the note is %q", w.Owed())
	}
	w.Owe(nil)
	must(t, w.Close())
	mustOwe("")
}

// The files before have the note when they are looked at, and lose it with the last.
func TestOweInEarlierFiles(t *testing.T) {
	path, w := newRecording(t)
	must(t, w.Limit(Limit{MaxBytes: MinMaxBytes, Rotate: true}))
	f := newFleet(t, w)
	f.run(1, 60)
	files := w.Left().Files
	if len(files) < 2 {
		t.Fatalf("files %q", files)
	}
	owing := func() (list []string) {
		for _, name := range append(files, path) {
			b, err := os.ReadFile(name)
			must(t, err)
			copied := filepath.Join(t.TempDir(), "copy.db")
			must(t, os.WriteFile(copied, b, 0o600))
			r, err := Open(copied)
			must(t, err)
			note, err := r.Owed()
			must(t, err)
			if note != nil {
				list = append(list, strings.TrimPrefix(name, filepath.Dir(path)+"/"))
			}
			must(t, r.Close())
		}
		return list
	}
	w.Owe([]byte("note"))
	x, err := oneExchange(w, 1)
	must(t, err)
	must(t, w.Amend(x))
	if got := owing(); len(got) != len(files)+1 {
		t.Errorf("the note is in %q", got)
	}
	must(t, w.Scrub(func([]byte) bool { return false }))
	if got := owing(); len(got) != len(files)+1 {
		t.Errorf("after a Scrub the note is in %q", got)
	}
	must(t, w.Close()) // as a kill
	w, err = Append(path)
	must(t, err)
	_, err = oneExchange(w, 1)
	must(t, err)
	w.Owe(nil)
	must(t, w.Commit())
	must(t, w.Close())
	if got := owing(); len(got) != 0 {
		t.Errorf("at last the note is in %q", got)
	}
}

func oneExchange(w *Writer, id uint64) (*runnertape.Exchange, error) {
	for x, err := range w.Exchanges(id, id) {
		return x, err
	}
	return nil, ErrNoExchange
}
