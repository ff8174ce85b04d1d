package replay

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Job is the job of that number, as [Replayer.Receipt] has it: of several of one number the one handed out last, or
// the first. The error is a [runnertape.NoSuchJob] if the recording does not have it.
func (r *Replayer) Job(id int64) (c JobReceipt, err error) {
	_, c, err = r.one(id)
	return c, err
}

// one finds that job.
func (r *Replayer) one(id int64) (found *job, c JobReceipt, err error) {
	for _, at := range r.index.places(id) {
		j := r.index.shown(at)
		if j == nil {
			if j, err = r.index.readJob(at); j != nil {
				err = r.index.readEnds([]*job{j})
			}
			if err != nil {
				return nil, c, fmt.Errorf("read recording: %w", err)
			}
		}
		if j == nil {
			continue // its payload was not kept
		}
		if is := j.receipt(); found == nil || is.HandedOut {
			found, c = j, is
		}
	}
	if found == nil {
		err = r.index.noSuchJob(id)
	}
	return found, c, err
}

// places are those in offers that have the number id, the first first.
func (ix *index) places(id int64) (all []int32) {
	at, ok := ix.byID[id]
	for ; ok && ix.wants(at); ok = at >= 0 {
		all = append(all, at)
		at = ix.offers[at].earlier
	}
	slices.Reverse(all)
	return all
}

// Uploaded opens an artifact that a runner sent, as it came, from a byte offset on: the nth of the Uploads of [Replayer.Job],
// from 0. It can be had as long as what is received is kept.
func (r *Replayer) Uploaded(id int64, n int, offset int64) (io.ReadCloser, error) {
	j, _, err := r.one(id)
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	sent := slices.Clone(j.sent)
	j.mu.Unlock()
	if n < 0 || n >= len(sent) {
		return nil, fmt.Errorf("job %d has sent %s, and there is no number %d", id, count(len(sent), "artifact"), n)
	}
	return sent[n].content.Open(offset)
}

// Wait returns when the job of that number has come to an end; of a loop, for the first time. The error is a
// [runnertape.NoSuchJob], or the cause of ctx's end.
func (r *Replayer) Wait(ctx context.Context, id int64) error {
	places := r.index.places(id)
	if len(places) == 0 {
		return r.index.noSuchJob(id)
	}
	for {
		next := r.atEnd.next()
		if !slices.ContainsFunc(places, func(at int32) bool { return !r.index.hasEnded(at) }) {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// hasEnded tells whether the job at a place in offers has come to an end once, or never can.
func (ix *index) hasEnded(at int32) bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	j := ix.jobs[at]
	return ix.lostAt[at] || j != nil && j.plays.ended.Load() > 0
}

// turnstile lets everybody through who waits when it is rung. The zero value is one.
type turnstile struct {
	mu   sync.Mutex
	open chan struct{} // closed at the next ring; nil if nobody waits; guarded by mu
}

// next is closed at the next ring.
func (t *turnstile) next() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = make(chan struct{})
	}
	return t.open
}

func (t *turnstile) ring() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open != nil {
		close(t.open)
		t.open = nil
	}
}
