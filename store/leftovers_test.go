package store

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnertape"
)

// What was in an exchange before it changed is in pages that nothing refers to, and is given; what is in
// exchanges is not.
func TestLeftovers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := Create(path, runnertape.Recording{})
	if err != nil {
		t.Fatal(err)
	}
	put := func(id uint64, state runnertape.State, text string) {
		t.Helper()
		x := &runnertape.Exchange{ID: id, State: state, Started: time.Unix(1e9, 0).UTC(), Request: runnertape.Request{Method: "GET", Target: text}}
		if err := w.Put(x); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	before := strings.Repeat("what it was ", 20)
	for id := range uint64(4) {
		put(id+1, runnertape.InFlight, fmt.Sprint(before, id))
	}
	for id := range uint64(4) {
		put(id+1, runnertape.Done, strings.Repeat("what it is ", 20))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	found, packed := 0, 0
	err = r.Leftovers(func(text []byte, whole bool) error {
		if bytes.Contains(text, []byte(before)) {
			found++
			if !whole {
				packed++
			}
		}
		return nil
	})
	if err != nil || found == 0 || packed > 0 {
		t.Errorf("%d pieces have it, %d of them as they are; %v", found, packed, err)
	}

	small := filepath.Join(t.TempDir(), "small.db")
	if _, err := Compact(t.Context(), path, small, nil); err != nil {
		t.Fatal(err)
	}
	compacted, err := Open(small)
	if err != nil {
		t.Fatal(err)
	}
	defer compacted.Close()
	err = compacted.Leftovers(func(text []byte, _ bool) error {
		if bytes.Contains(text, []byte("what it was")) {
			t.Errorf("a compacted recording still has %.300q", text)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
