package store

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"runnertape"
)

// mustBeSame compares all that can be read of two recordings.
func mustBeSame(t *testing.T, a, b string) {
	t.Helper()
	want, err := Open(a)
	must(t, err)
	defer want.Close()
	got, err := Open(b)
	must(t, err)
	defer got.Close()
	header := got.Header()
	header.Format = want.Header().Format
	if diff := cmp.Diff(want.Header(), header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	var all, others []*runnertape.Exchange
	for x, err := range want.Exchanges() {
		must(t, err)
		all = append(all, x)
	}
	for x, err := range got.Exchanges() {
		must(t, err)
		others = append(others, x)
	}
	if diff := cmp.Diff(all, others); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
	for _, x := range all {
		for _, side := range sides {
			if !bytes.Equal(readBody(t, want, x.ID, side), readBody(t, got, x.ID, side)) {
				t.Errorf("%s body of exchange %d differs", side, x.ID)
			}
		}
	}
}

// mixed is a recording of all kinds: small exchanges, one archive three times,
// text, one in flight.
func mixed(t *testing.T) string {
	path, w := newRecording(t)
	p := newPolls()
	for id := uint64(1); id <= 200; id++ {
		p.end(t, w, p.begin(t, w, id))
	}
	random := rand.New(rand.NewPCG(3, 4))
	archive := make([]byte, 5*ChunkBytes+100)
	for i := range archive {
		archive[i] = byte(random.Uint32())
	}
	for id := uint64(201); id <= 203; id++ {
		must(t, w.Write(id, runnertape.RequestSide, archive))
		must(t, w.Write(id, runnertape.ResponseSide, []byte("201")))
		must(t, w.Put(exchange(id, runnertape.Done)))
	}
	must(t, w.Write(204, runnertape.ResponseSide, bytes.Repeat([]byte("log line\r\n"), ChunkBytes/5)))
	must(t, w.Put(exchange(204, runnertape.Done)))
	must(t, w.Put(exchange(205, runnertape.InFlight)))
	must(t, w.Write(205, runnertape.RequestSide, archive[:2*ChunkBytes]))
	must(t, w.Put(exchange(206, runnertape.InFlight)))
	must(t, w.Write(206, runnertape.RequestSide, []byte("begun")))
	must(t, w.Close())
	return path
}

func TestCompactKeepsEverything(t *testing.T) {
	for name, make := range map[string]func(*testing.T) string{"mixed": mixed, "format 1": format1} {
		t.Run(name, func(t *testing.T) {
			path := make(t)
			small := filepath.Join(t.TempDir(), "small.db")
			last := 0.0
			done, err := Compact(t.Context(), path, small, func(part float64) { last = part })
			must(t, err)
			mustBeWhole(t, small)
			mustBeSame(t, path, small)
			if info, _ := os.Stat(small); info.Mode() != 0o600 || info.Size() != done.After || done.After > done.Before {
				t.Errorf("%v of %d bytes; %+v", info.Mode(), info.Size(), done)
			}
			if name == "mixed" && done.After > 6*ChunkBytes+64<<10 {
				t.Errorf("%d bytes: the archive is there more than once", done.After)
			}
			if last < 0 || last > 1 {
				t.Errorf("progress %v", last)
			}

			// again, in place, and it goes on
			if _, err = Compact(t.Context(), small, small, nil); err != nil {
				t.Fatal(err)
			}
			mustBeSame(t, path, small)
			w, err := Append(small)
			must(t, err)
			must(t, w.Put(exchange(w.LastID()+1, runnertape.Done)))
			must(t, w.Close())
			mustBeWhole(t, small)
			entries, err := os.ReadDir(filepath.Dir(small))
			if err != nil || len(entries) != 1 {
				t.Errorf("left behind: %v %v", entries, err)
			}
		})
	}
}

func TestCompactLeavesWhatItCannotDo(t *testing.T) {
	path := mixed(t)
	before, err := os.ReadFile(path)
	must(t, err)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Compact(stopped, path, path, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if _, err := Compact(t.Context(), path, format1(t), nil); !errors.Is(err, ErrExists) {
		t.Errorf("to a file that is there: %v", err)
	}
	if _, err := Compact(t.Context(), path, filepath.Join(path, "x.db"), nil); err == nil {
		t.Error("to a folder that is none: no error")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the recording was changed")
	}
	w, err := Append(path)
	must(t, err)
	if _, err := Compact(t.Context(), path, path, nil); !errors.Is(err, ErrHeld) {
		t.Errorf("while it is written: %v", err)
	}
	must(t, w.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bodiesBucket).Delete(bodyKey(201, runnertape.RequestSide, 2))
	}))
	must(t, w.Close())
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	must(t, os.Rename(path, damaged))
	must(t, os.WriteFile(path, before, 0o600))
	if _, err := Compact(t.Context(), damaged, damaged, nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
}
