package store

import "sync"

// commits tells who waits for the next commit.
type commits struct {
	mu    sync.Mutex
	next  chan struct{} // nil if nobody waits
	ended bool
}

func (c *commits) wait() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan struct{})
		if c.ended {
			close(c.next)
		}
	}
	return c.next
}

func (c *commits) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != nil && !c.ended {
		close(c.next)
		c.next = nil
	}
}

func (c *commits) end() {
	c.tell()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
}

// Committed is closed at the next successful Commit, and at Close; after Close it
// is closed. It may be called from any goroutine. Who wants to miss nothing calls
// it, reads, and then waits.
func (w *Writer) Committed() <-chan struct{} { return w.commits.wait() }

// Reader reads what was committed while the Writer writes. It may be called from
// any goroutine, as may the Reader's methods. Each is a short transaction: what
// it gives is as of the last commit, and the next call may see more. After the
// Writer's Close they fail with [ErrClosed]. The Reader's own Close does nothing.
func (w *Writer) Reader() *Reader { return w.reader }
