package store

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
)

// held is a Writer whose next transaction cannot begin, since there is another,
// with so much of a body that a group of it is being written.
func held(t *testing.T) (path string, w *Writer, body []byte, letGo func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "recording.db")
	w, err := Create(path, runnertape.Recording{})
	must(t, err)
	must(t, w.Put(exchange(1, runnertape.InFlight)))
	must(t, w.Commit())
	tx, err := w.db.Begin(true)
	must(t, err)
	body = make([]byte, GroupBytes+ChunkBytes)
	_, _ = rand.NewChaCha8([32]byte{}).Read(body) // never fails
	must(t, w.Write(1, runnertape.RequestSide, body))
	if w.outcome == nil {
		t.Fatal("nothing is being written")
	}
	return path, w, body, func() { must(t, tx.Rollback()) }
}

// Commit returns when the group that is being written is durable too, not only the
// one after it.
func TestCommitWaitsForBothGroups(t *testing.T) {
	path, w, body, letGo := held(t)
	must(t, w.Put(exchange(2, runnertape.Done)))
	must(t, w.Write(1, runnertape.RequestSide, body[:1000]))
	must(t, w.Put(exchange(1, runnertape.Done)))
	r, next := w.Reader(), w.Committed()
	if x, err := r.Exchange(1); err != nil || x.State != runnertape.InFlight {
		t.Errorf("before: %+v, %v", x, err)
	}
	select {
	case <-next:
		t.Error("told of a commit that has not begun")
	default:
	}
	go letGo()
	must(t, w.Commit())
	<-next
	killed := filepath.Join(t.TempDir(), "killed.db")
	b, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(killed, b, 0o600))
	if f := mustBeWhole(t, killed); f.Exchanges != 2 || f.InFlight != 0 || f.BodyBytes != int64(len(body))+1000 {
		t.Errorf("found %+v", f)
	}
	if got := readBody(t, r, 1, runnertape.RequestSide); !bytes.Equal(got, append(body, body[:1000]...)) {
		t.Errorf("%d bytes of the body, or others", len(got))
	}
	must(t, w.Close())
}

// There are two groups at most: when the second is full it waits for the first.
func TestSecondFullGroupWaits(t *testing.T) {
	_, w, body, letGo := held(t)
	go letGo()
	must(t, w.Write(1, runnertape.RequestSide, body))
	if got := readBody(t, w.Reader(), 1, runnertape.RequestSide); len(got) < GroupBytes || !bytes.Equal(got, append(body, body...)[:len(got)]) {
		t.Errorf("%d bytes of the body, or others", len(got))
	}
	must(t, w.Close())
}

func TestCloseWaitsForTheGroupBeingWritten(t *testing.T) {
	path, w, body, letGo := held(t)
	go letGo()
	must(t, w.Close())
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	if got := readBody(t, r, 1, runnertape.RequestSide); len(got) < GroupBytes || !bytes.Equal(got, body[:len(got)]) {
		t.Errorf("%d bytes of the body, or others", len(got))
	}
}

// What fails in the goroutine that commits is said by one of the next calls, and
// by all after it.
func TestFailureOfTheGroupBeingWrittenStays(t *testing.T) {
	path, w, body, letGo := held(t)
	must(t, os.Truncate(path, 0))
	letGo()
	var err error
	for written := 0; err == nil && written <= 2*GroupBytes; written += ChunkBytes {
		err = w.Write(1, runnertape.RequestSide, body[:ChunkBytes])
	}
	if !errors.Is(err, ErrDamaged) || strings.Count(err.Error(), path) != 1 {
		t.Fatalf("Write: %v", err)
	}
	for name, again := range map[string]error{
		"Put": w.Put(exchange(2, runnertape.Done)), "Write": w.Write(1, runnertape.RequestSide, body), "Commit": w.Commit(), "Close": w.Close(),
	} {
		if !errors.Is(again, err) {
			t.Errorf("%s: %v", name, again)
		}
	}
}
