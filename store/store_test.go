package store

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// newRecording creates a recording that is checked when the test ends.
func newRecording(t *testing.T) (path string, w *Writer) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "recording.db")
	w, err := Create(path, runnertape.Recording{Created: time.Unix(1, 2).UTC(), Upstream: "http://gitlab.example"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mustBeWhole(t, path) })
	return path, w
}

func mustBeWhole(t *testing.T, path string) *Findings {
	t.Helper()
	f, err := Check(path)
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	for _, p := range f.Problems {
		t.Errorf("check: %s", p)
	}
	return f
}

func exchange(id uint64, state runnertape.State) *runnertape.Exchange {
	x := &runnertape.Exchange{
		ID: id, State: state, Way: runnertape.Reverse, Scheme: "http", Host: "gitlab.example",
		Started: time.Unix(int64(id), 123456789).UTC(),
		Request: runnertape.Request{Method: "PUT", Target: "/api/v4/jobs/1", Header: runnertape.Header{{Name: "Host", Value: "gitlab.example"}}},
	}
	if state == runnertape.Done {
		x.Ended = x.Started.Add(time.Second)
		x.Request.Body.CRC32 = runnertape.CRC32{Sum: uint32(id), Known: true}
		x.Response = &runnertape.Response{Status: 200, Header: runnertape.Header{{Name: "X-A", Value: "1"}, {Name: "X-A", Value: "2"}}}
	}
	return x
}

func readBody(t *testing.T, r *Reader, id uint64, side runnertape.Side) []byte {
	t.Helper()
	body, err := r.Body(id, side)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// often is n, or a quarter with -short and under the race detector, where each takes
// ten times as long.
func often(n int) int {
	if testing.Short() || underRace {
		return n / 4
	}
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRoundTrip(t *testing.T) {
	path, w := newRecording(t)
	random := rand.New(rand.NewPCG(1, 2))
	type bodyID struct {
		id   uint64
		side runnertape.Side
	}
	bodies := map[bodyID][]byte{}
	sizes := []int{0, 1, InlineBytes, InlineBytes + 1, ChunkBytes - 1, ChunkBytes, ChunkBytes + 1, 3*ChunkBytes + 17}
	for i, size := range sizes { // all in flight at once, written in turns
		id := uint64(i + 1)
		must(t, w.Put(exchange(id, runnertape.InFlight)))
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			b := make([]byte, size)
			for j := range b {
				b[j] = byte(random.Uint32())
			}
			bodies[bodyID{id, side}] = b
		}
	}
	for offset := 0; offset <= sizes[len(sizes)-1]; offset += 1000 {
		for key, b := range bodies {
			if offset < len(b) {
				must(t, w.Write(key.id, key.side, b[offset:min(offset+1000, len(b))]))
			}
		}
	}
	for i := range sizes {
		must(t, w.Put(exchange(uint64(i+1), runnertape.Done)))
	}
	must(t, w.Close())

	r, err := Open(path)
	must(t, err)
	defer r.Close()
	if got := r.Header(); got.Format != Format || got.Upstream != "http://gitlab.example" {
		t.Errorf("header %+v", got)
	}
	n := 0
	for x, err := range r.Exchanges() {
		must(t, err)
		n++
		want := exchange(x.ID, runnertape.Done)
		want.Request.Body, want.Response.Body = x.Request.Body, x.Response.Body
		if diff := cmp.Diff(want, x); diff != "" {
			t.Errorf("exchange %d (-want +got):\n%s", x.ID, diff)
		}
		for key, b := range bodies {
			if key.id == x.ID && !bytes.Equal(readBody(t, r, key.id, key.side), b) {
				t.Errorf("%s body of exchange %d of %d bytes differs", key.side, key.id, len(b))
			}
		}
	}
	if n != len(sizes) {
		t.Errorf("%d exchanges, want %d", n, len(sizes))
	}
	if _, err := r.Exchange(99); !errors.Is(err, ErrNoExchange) {
		t.Errorf("exchange 99: %v", err)
	}
}

// A recorder that was killed never closes. What was committed must be there.
func TestKilledWriterLeavesWholeRecording(t *testing.T) {
	path, w := newRecording(t)
	must(t, w.Put(exchange(1, runnertape.InFlight)))
	must(t, w.Write(1, runnertape.RequestSide, []byte("whole")))
	must(t, w.Put(exchange(1, runnertape.Done)))
	must(t, w.Put(exchange(2, runnertape.InFlight)))
	must(t, w.Write(2, runnertape.RequestSide, make([]byte, ChunkBytes+5)))
	must(t, w.Commit())
	must(t, w.Put(exchange(3, runnertape.InFlight))) // never committed
	killed := filepath.Join(t.TempDir(), "killed.db")
	b, err := os.ReadFile(path) // the writer is idle: the file is as a kill would leave it
	must(t, err)
	must(t, os.WriteFile(killed, b, 0o600))
	must(t, w.Close())

	f := mustBeWhole(t, killed)
	if f.Exchanges != 2 || f.InFlight != 1 || f.BodyBytes != 5+ChunkBytes {
		t.Errorf("found %+v", f)
	}
}

func TestAppendGoesOn(t *testing.T) {
	path, w := newRecording(t)
	must(t, w.Put(exchange(7, runnertape.Done)))
	must(t, w.Close())
	w, err := Append(path)
	must(t, err)
	if w.LastID() != 7 || w.Header().Upstream != "http://gitlab.example" {
		t.Errorf("last id %d, header %+v", w.LastID(), w.Header())
	}
	must(t, w.Put(exchange(8, runnertape.Done)))
	must(t, w.Close())
	if f := mustBeWhole(t, path); f.Exchanges != 2 {
		t.Errorf("%d exchanges, want 2", f.Exchanges)
	}
}

func TestExchangesGoesBeyondOneTransaction(t *testing.T) {
	path, w := newRecording(t)
	for id := range uint64(2*scanGroup + 3) {
		must(t, w.Put(exchange(id+1, runnertape.Done)))
	}
	must(t, w.Close())
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	next := uint64(1)
	for x, err := range r.Exchanges() {
		must(t, err)
		if x.ID != next {
			t.Fatalf("exchange %d, want %d", x.ID, next)
		}
		next++
	}
	if next != 2*scanGroup+4 {
		t.Errorf("ended before exchange %d", next)
	}
	x, err := r.Last()
	must(t, err)
	if x.ID != next-1 {
		t.Errorf("the last is %d", x.ID)
	}
	var last []uint64
	for x, err := range r.ExchangesFrom(next - 2) {
		must(t, err)
		last = append(last, x.ID)
	}
	if diff := cmp.Diff([]uint64{next - 2, next - 1}, last); diff != "" {
		t.Errorf("the last two exchanges (-want +got):\n%s", diff)
	}
}

func TestLastOfNothing(t *testing.T) {
	_, w := newRecording(t)
	defer w.Close()
	if x, err := w.Reader().Last(); !errors.Is(err, ErrNoExchange) {
		t.Errorf("%v, %v", x, err)
	}
}
