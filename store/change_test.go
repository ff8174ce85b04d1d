package store

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"runnertape"
)

func TestChangedRecordingHasNothingOfWhatWasThere(t *testing.T) {
	for seed := range uint64(often(12)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := newSecretive(t, seed)
			path := filepath.Join(t.TempDir(), "recording.db")
			var err error
			s.w, err = Create(path, runnertape.Recording{})
			must(t, err)
			steps := func() {
				for range 60 + s.random.IntN(200) {
					s.step()
				}
			}
			if seed%4 == 2 {
				s.bounded = true
				must(t, s.w.Limit(Limit{MaxBytes: 6 << 20, Ends: func(*runnertape.Exchange) bool { return false }}))
			}
			steps()
			if seed%3 == 1 && !s.bounded { // go on with one that was compacted, and what was in flight in it
				must(t, s.w.Close())
				s.killGrowing(path)
				_, err := Compact(context.Background(), path, path, nil)
				must(t, err)
				s.w, err = Append(path)
				must(t, err)
				steps()
			}
			if seed%2 == 1 {
				s.w.groupBytes = 1 << 16 // more transactions
			}
			killed := copyMeanwhile(t, s.w)
			s.clean()
			close(killed.stopped)
			<-killed.done
			s.mustBeGone(path)
			s.plain = true
			steps()
			must(t, s.w.Close())
			s.mustBeGone(path)
			s.mustHave(path)
			killed.mustOpen(t)
		})
	}
}

// The files that were full change too; that one of them is gone is said, and stops nothing.
func TestEarlierFilesChange(t *testing.T) {
	for _, again := range []bool{false, true} { // the Writer is another than the one that began them
		t.Run(fmt.Sprint(again), func(t *testing.T) {
			s := newSecretive(t, 77)
			path := filepath.Join(t.TempDir(), "recording.db")
			var err error
			s.w, err = Create(path, runnertape.Recording{Key: []byte("key")})
			must(t, err)
			limit := Limit{MaxBytes: MinMaxBytes, Rotate: true}
			must(t, s.w.Limit(limit))
			for range 400 {
				s.step()
			}
			files := append(s.w.Left().Files, path)
			if len(files) < 4 {
				t.Fatalf("there are only %d files", len(files))
			}
			if again {
				must(t, s.w.Close())
				s.killGrowing(path)
				s.w, err = Append(path)
				must(t, err)
				must(t, s.w.Limit(limit))
			}
			s.clean()
			if u := s.w.Unreached(); len(u) > 0 {
				t.Errorf("unreached: %q", u)
			}
			for _, file := range files {
				s.mustBeGone(file)
			}
			for range s.w.Exchanges(0, 0) {
				t.Error("an exchange 0")
			}
			must(t, s.w.Close())
			s.mustHave(files...)

			must(t, os.Remove(files[1]))
			must(t, os.Truncate(files[2], 50_000))
			s.w, err = Append(path)
			must(t, err)
			n := 0
			for _, err := range s.w.Exchanges(0, math.MaxUint64) {
				must(t, err)
				n++
			}
			if u := s.w.Unreached(); n == 0 || n >= len(s.xs) || len(u) != 2 || !strings.Contains(u[0], files[2]+": ") || u[1] != files[1]+": it is not there" {
				t.Errorf("%d exchanges, unreached: %q", n, u)
			}
			must(t, s.w.Scrub(func([]byte) bool { return false }))
			must(t, s.w.Close())
		})
	}
}
