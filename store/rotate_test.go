package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"runnertape"
)

func TestRotate(t *testing.T) {
	const limit = 2 << 20
	path, w := newRecording(t)
	taken := filepath.Join(filepath.Dir(path), "recording.2.db")
	must(t, os.WriteFile(taken, []byte("mine"), 0o600))
	must(t, w.Limit(Limit{MaxBytes: limit, Rotate: true}))
	f := newFleet(t, w)
	upload := f.noise(3*ChunkBytes + 100)
	f.id++
	must(t, w.Put(exchange(1, runnertape.InFlight)))
	must(t, w.Write(1, runnertape.RequestSide, upload[:2*ChunkBytes+50]))
	f.id++
	must(t, w.Put(exchange(2, runnertape.InFlight)))
	must(t, w.Write(2, runnertape.RequestSide, []byte("small")))
	r := w.Reader()
	f.run(1, 60)
	if x, err := r.Exchange(1); err != nil || x.State != runnertape.InFlight {
		t.Errorf("in flight, after the file was full: %+v, %v", x, err)
	}
	must(t, w.Write(1, runnertape.RequestSide, upload[2*ChunkBytes+50:]))
	must(t, w.Put(exchange(1, runnertape.Done)))
	must(t, w.Put(exchange(2, runnertape.Done)))
	must(t, w.Commit())
	if got := readBody(t, r, 1, runnertape.RequestSide); !bytes.Equal(got, upload) {
		t.Errorf("the upload that moved has %d bytes, want %d", len(got), len(upload))
	}
	if got := readBody(t, r, 2, runnertape.RequestSide); string(got) != "small" {
		t.Errorf("the small body that moved is %q", got)
	}
	files := w.Left().Files
	if len(files) < 2 || files[0] != filepath.Join(filepath.Dir(path), "recording.1.db") || files[1] == taken {
		t.Errorf("files %q", files)
	}
	must(t, w.Close())
	if content, _ := os.ReadFile(taken); string(content) != "mine" {
		t.Error("a file of somebody else was overwritten")
	}

	stranger := filepath.Join(filepath.Dir(path), "recording.77.db")
	other, err := Create(stranger, runnertape.Recording{Created: time.Unix(1, 3).UTC(), Upstream: "http://gitlab.example"})
	must(t, err)
	must(t, other.Close())
	content, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(filepath.Dir(path), "recording.copy.db"), content, 0o600))
	for i, name := range append(slices.Clone(files), path) {
		want := slices.Delete(append(slices.Clone(files), path), i, i+1)
		slices.Sort(want)
		if beside, err := Beside(name); err != nil || !slices.Equal(beside, want) {
			t.Errorf("beside %s are %q, want %q; %v", name, beside, want, err)
		}
	}

	must(t, errors.Join(os.Remove(stranger), os.Remove(filepath.Join(filepath.Dir(path), "recording.copy.db"))))

	seen := map[uint64]bool{}
	for _, name := range append(files, path) {
		if found := mustBeWhole(t, name); found.InFlight != 0 {
			t.Errorf("%s: %+v", name, found)
		}
		if info, _ := os.Stat(name); info.Mode() != 0o600 || info.Size() > limit+limit/4 {
			t.Errorf("%s: %v, %d bytes", name, info.Mode(), info.Size())
		}
		r, err := Open(name)
		must(t, err)
		if r.Header().Upstream != "http://gitlab.example" {
			t.Errorf("%s: header %+v", name, r.Header())
		}
		for x, err := range r.Exchanges() {
			must(t, err)
			if seen[x.ID] {
				t.Errorf("exchange %d is in two files", x.ID)
			}
			seen[x.ID] = true
		}
		must(t, r.Close())
	}
	if uint64(len(seen)) != f.id {
		t.Errorf("%d exchanges in all files, want %d", len(seen), f.id)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	if len(entries) != len(files)+2 {
		t.Errorf("left behind: %v", entries)
	}
}

// A new file without an exchange goes on behind the ids of the one before.
func TestRotateContinuesIDs(t *testing.T) {
	path, w := newRecording(t)
	must(t, w.Limit(Limit{MaxBytes: MinMaxBytes, Rotate: true}))
	f := newFleet(t, w)
	for len(w.Left().Files) == 0 {
		must(t, f.exchange("patch_trace", 0, f.noise(ChunkBytes)))
	}
	must(t, w.Close())
	r, err := Open(w.Left().Files[0])
	must(t, err)
	defer r.Close()
	n := 0
	for _, err := range r.Exchanges() {
		must(t, err)
		n++
	}
	if f.id != uint64(n)+1 {
		t.Errorf("%d exchanges in the full file, %d made", n, f.id)
	}
	w, err = Append(path)
	must(t, err)
	if w.LastID() != f.id {
		t.Errorf("last id %d, want %d", w.LastID(), f.id)
	}
	must(t, w.Close())
}

// An upload that is larger than the bound stays in one file, which grows.
func TestRotateKeepsLargeUploads(t *testing.T) {
	path, w := newRecording(t)
	must(t, w.Limit(Limit{MaxBytes: MinMaxBytes, Rotate: true}))
	f := newFleet(t, w)
	f.id = 1
	must(t, w.Put(exchange(1, runnertape.InFlight)))
	for range 100 {
		must(t, w.Write(1, runnertape.RequestSide, f.noise(ChunkBytes)))
		must(t, f.exchange("request_job", 0, []byte(pollBody)))
	}
	if files := w.Left().Files; len(files) > 1 {
		t.Errorf("the upload moved %d times", len(files))
	}
	must(t, w.Put(exchange(1, runnertape.Done)))
	must(t, w.Close())
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	if n := len(readBody(t, r, 1, runnertape.RequestSide)); n != 100*ChunkBytes {
		t.Errorf("%d bytes of it", n)
	}
}

func TestRotateNoticesThatTheFileIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := Create(path, runnertape.Recording{})
	must(t, err)
	must(t, w.Limit(Limit{MaxBytes: MinMaxBytes, Rotate: true}))
	f := newFleet(t, w)
	must(t, f.exchange("patch_trace", 0, f.noise(ChunkBytes)))
	must(t, os.Remove(path))
	for err == nil {
		err = f.exchange("patch_trace", 0, f.noise(ChunkBytes))
	}
	if !errors.Is(err, ErrGone) {
		t.Errorf("%v", err)
	}
	if err := w.Close(); !errors.Is(err, ErrGone) {
		t.Error(fmt.Errorf("Close: %w", err))
	}
}
