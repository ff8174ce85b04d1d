package live

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/store"
)

// What is read through the recorder is what is in the file.
func TestReadsWhatIsInTheFile(t *testing.T) {
	rec := record(t)
	const n = 2*pageExchanges + 7
	for id := range uint64(n) {
		must(t, rec.Put(exchange(id+1, runnertape.Done)))
	}
	large := pattern(3*pieceBytes + 11)
	rec.body(n+1, large)
	rec.put(runnertape.InFlight, n+2)
	r := rec.open()
	all := func(source Source) (found []*runnertape.Exchange) {
		for x, err := range source.ExchangesFrom(0) {
			must(t, err)
			found = append(found, x)
		}
		return found
	}
	through := all(r)
	if _, err := r.Exchange(n + 3); !errors.Is(err, runnertape.ErrNoExchange) {
		t.Errorf("an exchange that is not there: %v", err)
	}
	one, err := r.Exchange(7)
	must(t, err)
	if got := content(t, r, n+1); !bytes.Equal(got, large) {
		t.Errorf("a body of %d bytes came as %d others", len(large), len(got))
	}
	if got := content(t, r, 1); len(got) != 0 {
		t.Errorf("an empty body came as %q", got)
	}
	rec.end()

	f, err := store.Open(rec.path)
	must(t, err)
	defer f.Close()
	if diff := cmp.Diff(all(f), through); diff != "" || len(through) != n+2 {
		t.Errorf("%d exchanges (-file +recorder):\n%s", len(through), diff)
	}
	if diff := cmp.Diff(through[6], one); diff != "" {
		t.Errorf("exchange 7 (-all +one):\n%s", diff)
	}
	if diff := cmp.Diff(f.Header(), r.Header()); diff != "" {
		t.Errorf("header (-file +recorder):\n%s", diff)
	}
	if r.Killed() {
		t.Error("the recorder was not killed")
	}
}

// A scan and a body that were begun through the recorder go on with the file.
func TestGoesOnWithTheFile(t *testing.T) {
	for name, over := range map[string]func(*recorder){"end": (*recorder).end, "kill": (*recorder).kill} {
		t.Run(name, func(t *testing.T) {
			rec := record(t)
			large := pattern(8 << 20) // more than sockets and buffers hold
			rec.body(1, large)
			for id := range uint64(2 * pageExchanges) {
				must(t, rec.Put(exchange(id+2, runnertape.Done)))
			}
			must(t, rec.Commit())
			r := rec.open()
			b, err := r.Body(1, runnertape.RequestSide)
			must(t, err)
			defer b.Close()
			start := make([]byte, 1000)
			_, err = io.ReadFull(b, start)
			must(t, err)
			next := uint64(1)
			for x, err := range r.Exchanges() {
				must(t, err)
				if x.ID != next {
					t.Fatalf("exchange %d, not %d", x.ID, next)
				}
				if next++; x.ID == 5 {
					over(rec)
				}
			}
			if next != 2*pageExchanges+2 {
				t.Errorf("it ends before exchange %d", next)
			}
			rest, err := io.ReadAll(b)
			must(t, err)
			if !bytes.Equal(append(start, rest...), large) {
				t.Errorf("the body came as %d other bytes", len(start)+len(rest))
			}
			if r.Killed() != (name == "kill") {
				t.Errorf("killed: %t", r.Killed())
			}
		})
	}
}

// Readers of all sorts, while the recorder writes and ends.
func TestManyReaders(t *testing.T) {
	rec := record(t)
	rec.body(1, pattern(pieceBytes+1))
	const exchanges = 600
	var readers sync.WaitGroup
	begun := make(chan struct{}, 8)
	for range cap(begun) {
		r := rec.open()
		readers.Go(func() {
			begun <- struct{}{}
			for seen := 0; seen < exchanges; {
				seen = 0
				for x, err := range r.Exchanges() {
					if seen++; err != nil || x.ID != uint64(seen) {
						t.Errorf("exchange %d: %v %v", seen, x, err)
						return
					}
				}
				b, err := r.Body(1, runnertape.RequestSide)
				if err != nil {
					t.Error(err)
					return
				}
				n, err := io.Copy(io.Discard, b)
				if err != nil || n != pieceBytes+1 {
					t.Errorf("%d bytes, %v", n, err)
				}
				b.Close()
			}
		})
	}
	for range cap(begun) {
		<-begun
	}
	for id := range uint64(exchanges - 1) {
		rec.put(runnertape.InFlight, id+2)
	}
	rec.end()
	readers.Wait()
}

// A body can be read from anywhere, through the recorder and from the file.
func TestBodyAt(t *testing.T) {
	rec := record(t)
	large := pattern(300 << 10)
	rec.body(1, large)
	r := rec.open()
	for _, over := range []func(){func() {}, rec.end} {
		over()
		for _, offset := range []int64{0, 1, 200 << 10, int64(len(large)) - 1, int64(len(large)), 1 << 40} {
			b, err := r.BodyAt(1, runnertape.RequestSide, offset)
			must(t, err)
			got, err := io.ReadAll(b)
			must(t, err)
			must(t, b.Close())
			if !bytes.Equal(got, large[min(offset, int64(len(large))):]) {
				t.Errorf("from byte %d on it has %d other bytes", offset, len(got))
			}
		}
		if _, err := r.BodyAt(1, runnertape.RequestSide, -1); err == nil {
			t.Error("a body has a byte -1")
		}
	}
}
