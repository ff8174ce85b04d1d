package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"runnertape"
)

// What a recorder wrote that was killed before its commit lies behind the last page, and in free ones.
func TestScrubWipesWhatWasNeverCommitted(t *testing.T) {
	path, w := newRecording(t)
	secret := []byte("never-committed-secret")
	must(t, w.Put(exchange(1, runnertape.Done)))
	must(t, w.Close())
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	must(t, err)
	_, err = f.Write(bytes.Repeat(secret, 10_000))
	must(t, errors.Join(err, f.Close()))
	w, err = Append(path)
	must(t, err)
	must(t, w.Scrub(func([]byte) bool { return false }))
	b, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(b, secret) {
		t.Error("it is still there")
	}
	must(t, w.Close())
}

// Readers go on while what they read changes: each body is as it was or as it is to be, wherever it is in the file.
func TestReadersGoOnWhileExchangesChange(t *testing.T) {
	_, w := newRecording(t)
	const n = 40
	bodies := map[uint64][]byte{}
	random := rand.New(rand.NewPCG(8, 9))
	for id := uint64(1); id <= n; id++ {
		body := make([]byte, 1+random.IntN(3*ChunkBytes))
		for i := range body {
			body[i] = byte(random.Uint32())
		}
		bodies[id] = body
		must(t, w.Write(id, runnertape.RequestSide, body))
		must(t, w.Put(exchange(id, runnertape.Done)))
	}
	must(t, w.Commit())
	r := w.Reader()
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				seen := 0
				for x, err := range r.Exchanges() {
					if err != nil {
						t.Error(err)
						return
					}
					seen++
					body, err := r.Body(x.ID, runnertape.RequestSide)
					if err != nil {
						t.Error(err)
						return
					}
					got, err := io.ReadAll(body)
					if want := bodies[x.ID]; err != nil || len(got) != len(want) || !bytes.Equal(got[1:], want[1:]) {
						t.Errorf("body of exchange %d: %d bytes, want %d; %v", x.ID, len(got), len(want), err)
						return
					}
				}
				if seen != n {
					t.Errorf("%d exchanges, want %d", seen, n)
				}
			}
		})
	}
	for round := range byte(often(20)) {
		for x, err := range w.Exchanges(0, math.MaxUint64) {
			must(t, err)
			x.Host = strings.Repeat("h", int(round)+1)
			must(t, w.Amend(x))
			must(t, w.Overwrite(x.ID, runnertape.RequestSide, 0, []byte{round}))
		}
		must(t, w.Scrub(func([]byte) bool { return false }))
	}
	close(stop)
	readers.Wait()
	must(t, w.Close())
}

// A recorder that was killed while it replaced a secret leaves a recording that says so for ever; one that was killed
// before it had wiped what it replaced leaves one that Append wipes.
func TestAppendAfterAKillBetweenChangesAndScrub(t *testing.T) {
	secret := []byte("a-secret-that-came-late")
	for name, finished := range map[string]bool{"changing": false, "changed": true} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recording.db")
			w, err := Create(path, runnertape.Recording{})
			must(t, err)
			must(t, w.Write(1, runnertape.RequestSide, bytes.Repeat(secret, 300)))
			must(t, w.Put(exchange(1, runnertape.Done)))
			must(t, w.Commit())
			must(t, w.Overwrite(1, runnertape.RequestSide, 0, bytes.Repeat([]byte("what stands in for it..")[:len(secret)], 300)))
			must(t, w.Commit())
			if finished {
				must(t, w.setMark(mark{state: changed}))
			}
			must(t, w.Close()) // as a kill, for what is of interest here
			found, err := Check(path)
			must(t, err)
			if len(found.Problems) != 1 || found.Problems[0] != w.mark.problem() {
				t.Errorf("check: %q", found.Problems)
			}
			compacted := filepath.Join(t.TempDir(), "compacted.db")
			_, err = Compact(context.Background(), path, compacted, nil)
			must(t, err)
			found, err = Check(compacted)
			must(t, err)
			if found.Whole() != finished {
				t.Errorf("check, compacted: %q", found.Problems)
			}
			w, err = Append(path)
			must(t, err)
			must(t, w.Put(exchange(2, runnertape.Done)))
			must(t, w.Scrub(func([]byte) bool { return false }))
			must(t, w.Close())
			b, err := os.ReadFile(path)
			must(t, err)
			if bytes.Contains(b, secret) {
				t.Error("the secret is still there")
			}
			found, err = Check(path)
			must(t, err)
			if found.Whole() != finished {
				t.Errorf("check, after going on: %q", found.Problems)
			}
		})
	}
}

// BenchmarkScrub replaces a secret in the head of one of so many polls, and wipes. The metric tells how much
// of that are the three transactions that it takes at the least.
func BenchmarkScrub(b *testing.B) {
	for name, polls := range map[string]uint64{"1k": 1_000, "100k": 100_000} {
		b.Run(name, func(b *testing.B) {
			w, err := Create(filepath.Join(b.TempDir(), "recording.db"), runnertape.Recording{})
			if err != nil {
				b.Fatal(err)
			}
			defer w.Close()
			for id := range polls {
				if err := w.Put(exchange(id+1, runnertape.Done)); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Commit(); err != nil {
				b.Fatal(err)
			}
			id := uint64(0)
			for b.Loop() {
				id = id%polls + 1
				x, err := w.Reader().Exchange(id)
				if err == nil {
					x.Host = "amended.example"
					err = w.Amend(x)
				}
				if err == nil {
					err = w.Scrub(func([]byte) bool { return false })
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(fileSize(w.path))/1e6, "file-MB")
		})
	}
}
