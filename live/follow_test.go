package live

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// following is a Follow that runs beside the test.
type following struct {
	t    *testing.T
	seen chan *runnertape.Exchange // closed at the end
	stop context.CancelFunc
}

func follow(t *testing.T, r *Reader) *following {
	ctx, stop := context.WithCancel(t.Context())
	f := &following{t, make(chan *runnertape.Exchange), stop}
	go func() { // ends with the recorder, or stop
		defer close(f.seen)
		for x, err := range r.Follow(ctx) {
			if err != nil {
				t.Error(err)
				return
			}
			f.seen <- x
		}
	}()
	return f
}

// want waits for exchanges, and for no others.
func (f *following) want(state runnertape.State, ids ...uint64) {
	f.t.Helper()
	for _, id := range ids {
		x := <-f.seen
		if x == nil {
			f.t.Fatalf("it ends before exchange %d", id)
		}
		if x.ID != id || x.State != state {
			f.t.Fatalf("exchange %d, %s; not %d, %s", x.ID, x.State, id, state)
		}
	}
}

func (f *following) wantEnd() {
	f.t.Helper()
	if x := <-f.seen; x != nil {
		f.t.Fatalf("one more exchange: %d, %s", x.ID, x.State)
	}
}

// Each exchange comes once, when it has ended; what never ended comes last.
func TestFollow(t *testing.T) {
	for name, over := range map[string]func(*recorder){"end": (*recorder).end, "kill": (*recorder).kill} {
		t.Run(name, func(t *testing.T) {
			rec := record(t)
			rec.put(runnertape.Done, 1)
			rec.put(runnertape.InFlight, 2, 3)
			rec.put(runnertape.Done, 4)
			r := rec.open()
			f := follow(t, r)
			f.want(runnertape.Done, 1, 4)
			rec.put(runnertape.InFlight, 5)
			rec.put(runnertape.Done, 3)
			f.want(runnertape.Done, 3)
			rec.put(runnertape.Done, 5, 6)
			f.want(runnertape.Done, 5, 6)
			rec.put(runnertape.InFlight, 7, 8)
			rec.put(runnertape.Done, 9)
			f.want(runnertape.Done, 9)
			must(t, rec.Put(exchange(8, runnertape.Done))) // committed by the end
			must(t, rec.Put(exchange(10, runnertape.InFlight)))
			must(t, rec.Put(exchange(11, runnertape.Done)))
			over(rec)
			f.want(runnertape.Done, 8, 11)
			f.want(runnertape.InFlight, 2, 7, 10)
			f.wantEnd()
			if r.Killed() != (name == "kill") {
				t.Errorf("killed: %t", r.Killed())
			}
		})
	}
}

func TestFollowMoreThanAPage(t *testing.T) {
	rec := record(t)
	const n = 3 * pageExchanges
	var all []uint64
	for id := range uint64(n) {
		all = append(all, id+1)
	}
	rec.put(runnertape.InFlight, all...)
	f := follow(t, rec.open())
	rec.put(runnertape.Done, n+1) // all others have been seen when this comes
	f.want(runnertape.Done, n+1)
	rec.put(runnertape.Done, all...)
	f.want(runnertape.Done, all...)
	rec.end()
	f.wantEnd()
}

func TestFollowStops(t *testing.T) {
	rec := record(t)
	rec.put(runnertape.Done, 1)
	r := rec.open()
	f := follow(t, r)
	f.want(runnertape.Done, 1)
	f.stop()
	f.wantEnd()
	for x := range r.Follow(t.Context()) {
		if x.ID == 1 {
			break
		}
	}
	rec.end()
}

// Another recorder that goes on with the recording is followed too; another recording is not.
func TestFollowsWhoGoesOn(t *testing.T) {
	rec := record(t)
	rec.put(runnertape.Done, 1)
	held := errors.New("held")
	r, err := Open(rec.path, func() (File, error) { return nil, held })
	must(t, err)
	defer r.Close()
	f := follow(t, r)
	f.want(runnertape.Done, 1)
	second, err := Serve(rec.path, rec.Reader(), rec.Committed)
	must(t, err)
	must(t, rec.server.End(func() error { return nil }))
	rec.put(runnertape.Done, 2)
	f.want(runnertape.Done, 2)
	f.stop()
	f.wantEnd()
	must(t, second.End(rec.Close))

	// now nobody answers, and the file cannot be opened
	for _, err = range r.Exchanges() {
	}
	if !errors.Is(err, held) {
		t.Errorf("the end: %v", err)
	}
}

// No commit is overlooked, however it falls between two questions.
func TestCommitsAreCounted(t *testing.T) {
	c, until := newCommits(), make(chan struct{})
	next := make(chan chan struct{}, 1)
	committed := func() <-chan struct{} {
		c := make(chan struct{})
		next <- c
		return c
	}
	done := make(chan struct{})
	go func() { // ends with until
		defer close(done)
		c.watch(committed(), committed, until)
	}()
	var numbers []uint64
	for last := uint64(0); len(numbers) < 4; {
		var ok bool
		if last, ok = c.wait(t.Context(), until, last); !ok {
			t.Fatal("the end")
		}
		numbers = append(numbers, last)
		close(<-next)
	}
	if diff := cmp.Diff([]uint64{1, 2, 3, 4}, numbers); diff != "" {
		t.Error(diff)
	}
	close(until)
	<-done
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	last, _ := c.wait(ctx, nil, 0)
	if _, ok := c.wait(ctx, nil, last); ok {
		t.Error("it does not heed its context")
	}
}
