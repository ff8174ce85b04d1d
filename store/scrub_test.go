package store

import (
	"bytes"
	"context"
	"crypto/sha256"
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

// A dictionary that changes where records refer to it: they stay as they are, and so do those to come.
func TestRecordsStayWhenTheirDictionaryChanges(t *testing.T) {
	path, w := newRecording(t)
	polls := func(from uint64) {
		for id := from; id < from+3*firstDictionary; id++ {
			x := exchange(id, runnertape.Done)
			x.Host = "a-host-that-all-of-them-have.example"
			must(t, w.Put(x))
			must(t, w.Commit())
		}
	}
	polls(1)
	if w.sampler.number == 0 {
		t.Fatal("there is no dictionary")
	}
	must(t, w.Put(exchange(500, runnertape.InFlight)))
	must(t, w.Commit())
	edited := 0
	must(t, w.Scrub(func(text []byte) bool {
		if !bytes.Contains(text, []byte("a-host-that-all")) {
			return false
		}
		edited++
		copy(text, bytes.ReplaceAll(text, []byte("a-host-that-all"), []byte("what-not-one-is")))
		return true
	}))
	if edited == 0 {
		t.Error("no dictionary was given")
	}
	polls(100)
	must(t, w.Close())
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	for x, err := range r.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		if x.ID != 500 && x.Host != "a-host-that-all-of-them-have.example" {
			t.Errorf("exchange %d is of host %s", x.ID, x.Host)
		}
	}
}

// A record that is too long for a sample is cut off in the dictionary, here within the secret.
func TestSecretThatADictionaryCuts(t *testing.T) {
	path, w := newRecording(t)
	random := rand.New(rand.NewPCG(3, 1))
	secret := make([]byte, 40)
	for i := range secret {
		secret[i] = byte(33 + random.IntN(90))
	}
	standIn := bytes.Repeat([]byte("s"), len(secret))
	put := func(id uint64, method string) {
		x := exchange(id, runnertape.Done)
		x.Request.Method = method
		if method != "GET" {
			value := func(room int) string { return strings.Repeat("x", room) + string(secret) + strings.Repeat("y", 300) }
			x.Request.Header = append(x.Request.Header, runnertape.Field{Name: "X", Value: value(1000)})
			at := bytes.Index(appendRecord(nil, x, &inlined{}), secret)
			x.Request.Header[1].Value = value(1000 + maxSampleBytes - len(secret)/2 - at)
		}
		must(t, w.Put(x))
		must(t, w.Commit())
	}
	put(1, "POST")
	for id := uint64(2); id <= 2*firstDictionary; id++ {
		put(id, "GET")
	}
	if w.sampler.number == 0 {
		t.Fatal("there is no dictionary")
	}
	put(100, "PUT") // a sample of the next
	for x, err := range w.Exchanges(0, 1000) {
		must(t, err)
		if x.Request.Method != "GET" {
			x.Request.Header[1].Value = strings.Replace(x.Request.Header[1].Value, string(secret), string(standIn), 1)
			must(t, w.Amend(x))
		}
	}
	must(t, w.Scrub(func(text []byte) bool {
		if bytes.Contains(text, secret) {
			t.Error("it is not cut")
		}
		return false
	}))
	cut := secret[:8]
	for _, sample := range w.sampler.samples {
		if bytes.Contains(sample, cut) {
			t.Error("it is in a sample")
		}
	}
	must(t, w.eachText(func(number uint32, text []byte) {
		if bytes.Contains(text, cut) {
			t.Errorf("it is in dictionary %d", number)
		}
	}))
	must(t, w.Close())
	b, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(b, cut) {
		t.Error("it is in the file")
	}
}

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

func TestChangesThatCannotBe(t *testing.T) {
	_, w := newRecording(t)
	must(t, w.Put(exchange(1, runnertape.InFlight)))
	must(t, w.Write(1, runnertape.RequestSide, []byte("four")))
	unanswered := exchange(3, runnertape.Done)
	unanswered.Response = nil
	must(t, w.Put(unanswered))
	must(t, w.Put(exchange(2, runnertape.Done)))
	for name, err := range map[string]error{
		"amend one that is not there":     w.Amend(exchange(9, runnertape.Done)),
		"overwrite one that is not there": w.Overwrite(9, runnertape.RequestSide, 0, []byte("x")),
	} {
		if !errors.Is(err, ErrNoExchange) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"end one by amending it":       w.Amend(exchange(1, runnertape.Done)),
		"begin one again":              w.Amend(exchange(2, runnertape.InFlight)),
		"overwrite more than there is": w.Overwrite(1, runnertape.RequestSide, 2, []byte("xxx")),
		"overwrite before the start":   w.Overwrite(1, runnertape.RequestSide, -1, []byte("xx")),
		"overwrite what is empty":      w.Overwrite(2, runnertape.ResponseSide, 0, []byte("x")),
		"overwrite no answer":          w.Overwrite(3, runnertape.ResponseSide, 0, []byte("x")),
		"replace no answer":            w.Replace(3, runnertape.ResponseSide, []byte("x")),
		"replace while it grows":       w.Replace(1, runnertape.RequestSide, []byte("x")),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	must(t, w.Replace(2, runnertape.ResponseSide, []byte("x"))) // and it can go on
	must(t, w.Scrub(func([]byte) bool { return false }))
	must(t, w.Close())
}

// What was changed is read back before it is in the file.
func TestExchangesHaveTheirChanges(t *testing.T) {
	_, w := newRecording(t)
	large := bytes.Repeat([]byte("large"), 10_000)
	for id, state := range map[uint64]runnertape.State{1: runnertape.Done, 2: runnertape.Done, 3: runnertape.InFlight} {
		must(t, w.Write(id, runnertape.RequestSide, []byte("small")))
		must(t, w.Write(id, runnertape.ResponseSide, large))
		must(t, w.Put(exchange(id, state)))
	}
	for x, err := range w.Exchanges(0, 3) {
		must(t, err)
		x.Host = "amended"
		must(t, w.Amend(x))
		must(t, w.Overwrite(x.ID, runnertape.RequestSide, 0, []byte("S")))
		must(t, w.Overwrite(x.ID, runnertape.ResponseSide, 0, []byte("L")))
	}
	copy(large, "L")
	for _, known := range []bool{false, true} {
		seen := 0
		for x, err := range w.Exchanges(2, 3) {
			must(t, err)
			seen++
			if x.Host != "amended" {
				t.Errorf("exchange %d is of %s", x.ID, x.Host)
			}
			if x.ID == 3 {
				continue
			}
			if b := x.Request.Body; b.SHA256 != sha256.Sum256([]byte("Small")) || b.Stored != 5 {
				t.Errorf("request body %+v", b)
			}
			if b := x.Response.Body; b.Stored != int64(len(large)) || known && b.SHA256 != sha256.Sum256(large) {
				t.Errorf("response body %+v", b)
			}
		}
		if seen != 2 {
			t.Errorf("%d exchanges", seen)
		}
		must(t, w.Scrub(func([]byte) bool { return false }))
	}
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
