package live

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"runnertape"
)

// pace is the least time between two questions of a follower. It bounds what followers ask of a busy
// recorder, and is most of the time until an exchange shows up.
const pace = 200 * time.Millisecond

// Follow yields each exchange once: those that have ended, in order of id, then each of the others
// when it has ended. When the recorder has ended it yields what is left in the file, last those that never
// ended, in flight, and stops; [Reader.Killed] tells how that came. If another recorder has gone on with
// the recording by then, it follows that. It stops without an error when ctx is done.
func (r *Reader) Follow(ctx context.Context) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		f := &follower{attempt: r.attempt(), yield: yield}
		err := f.run(ctx)
		if err != nil && !errors.Is(err, errEnough) && ctx.Err() == nil {
			yield(nil, f.told(err))
		}
	}
}

// errEnough says that the caller of an iterator wants no more.
var errEnough = errors.New("enough")

// follower knows which exchanges it has yielded.
type follower struct {
	*attempt
	yield   func(*runnertape.Exchange, error) bool
	next    uint64   // exchanges of this id and later were not seen
	pending []uint64 // those before it that had not ended, in order
}

// run asks the recorder until there is none, and then the file.
func (f *follower) run(ctx context.Context) error {
	after := uint64(0)
	for ctx.Err() == nil {
		recorder, ok := f.source.(*remote)
		if !ok {
			return f.rest(ctx)
		}
		p, err := recorder.page(ctx, query{f.next, f.pending, after})
		if err != nil {
			if ctx.Err() != nil || !f.again(err) {
				return err
			}
			after = 0
			continue
		}
		f.stuck = 0
		for _, x := range p.exchanges {
			if err := f.see(ctx, x); err != nil {
				return err
			}
		}
		if after = p.commit; p.more {
			after = 0
			continue
		}
		select {
		case <-time.After(pace):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// see yields x if it has ended, or else notes that it will.
func (f *follower) see(ctx context.Context, x *runnertape.Exchange) error {
	if x.ID >= f.next {
		f.next = x.ID + 1
		if x.State != runnertape.Done {
			f.pending = append(f.pending, x.ID)
			return nil
		}
	} else if at, ok := slices.BinarySearch(f.pending, x.ID); ok {
		f.pending = slices.Delete(f.pending, at, at+1)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !f.yield(x, nil) {
		return errEnough
	}
	return nil
}

// rest yields what is left when the recorder has ended.
func (f *follower) rest(ctx context.Context) error {
	var never []*runnertape.Exchange
	for _, id := range slices.Clone(f.pending) {
		x, err := f.source.Exchange(id)
		switch {
		case errors.Is(err, runnertape.ErrNoExchange):
			continue // it was old, and made room
		case err != nil:
			return err
		case x.State != runnertape.Done:
			never = append(never, x)
			continue
		}
		if err := f.see(ctx, x); err != nil {
			return err
		}
	}
	for x, err := range f.source.ExchangesFrom(f.next) {
		if err != nil {
			return err
		}
		if x.State != runnertape.Done {
			never = append(never, x)
		} else if err := f.see(ctx, x); err != nil {
			return err
		}
	}
	for _, x := range never {
		if !f.yield(x, nil) {
			return errEnough
		}
	}
	return nil
}
