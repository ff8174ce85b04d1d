package live

import (
	"context"
	"sync"
)

// commits numbers the commits of the recorder, from 1. Commits in quick succession may
// have one number.
type commits struct {
	mu   sync.Mutex
	last uint64
	more chan struct{} // closed at the next
}

func newCommits() *commits { return &commits{last: 1, more: make(chan struct{})} }

// watch counts until the channel until is closed.
func (c *commits) watch(next <-chan struct{}, committed func() <-chan struct{}, until <-chan struct{}) {
	for {
		select {
		case <-next:
		case <-until:
			return
		}
		next = committed() // before counting: what comes after the reading of last is counted again
		c.mu.Lock()
		c.last++
		close(c.more)
		c.more = make(chan struct{})
		c.mu.Unlock()
	}
}

// number is that of the last.
func (c *commits) number() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// wait returns the number of the last commit as soon as that is not after, or ok false if ctx or
// until end first.
func (c *commits) wait(ctx context.Context, until <-chan struct{}, after uint64) (last uint64, ok bool) {
	for {
		c.mu.Lock()
		last, more := c.last, c.more
		c.mu.Unlock()
		if last != after {
			return last, true
		}
		select {
		case <-more:
		case <-until:
			return 0, false
		case <-ctx.Done():
			return 0, false
		}
	}
}
