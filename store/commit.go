package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// Commit makes everything put and written so far durable. Of bodies in flight
// the full chunks are kept, and what is small enough to be kept with the
// exchange as it was put last. The error is, or wraps, [ErrGone], [ErrDamaged],
// or what the system said, as when the disk is full; what was committed before
// is whole.
func (w *Writer) Commit() error {
	if w.err != nil {
		return w.err
	}
	if w.group.empty() {
		return nil
	}
	if err := w.commit(); err != nil {
		return w.fail(fmt.Errorf("write recording %s: %w", w.path, err))
	}
	w.written()
	w.commits.tell()
	return nil
}

// commit is bbolt's Update with a look at the file before, and without a
// rollback after a fault in mapped memory: that walks through all pages in a
// goroutine of its own, where the next fault would kill the process.
func (w *Writer) commit() error {
	if err := w.file.look(w.path); err != nil {
		return err
	}
	if w.reader.faulted.Load() {
		return errFaulted
	}
	if err := guard(w.rotateIfFull); err != nil {
		w.reader.faulted.Store(errors.Is(err, ErrDamaged))
		return err
	}
	ended := false
	err := guard(func() error {
		tx, err := w.db.Begin(true)
		if err == nil {
			if err = w.write(tx); err == nil {
				err = tx.Commit()
			} else {
				err = errors.Join(err, tx.Rollback())
			}
		}
		ended = true
		return err
	})
	if !ended {
		w.reader.faulted.Store(true)
	}
	return systemError(err)
}

// openFile is the file behind an open recording, by which a Writer knows it
// again: bbolt would go on writing to a file that has no name any more.
type openFile struct {
	info os.FileInfo
}

func (f *openFile) look(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ErrGone
	case err != nil:
		return err
	case f.info != nil && !os.SameFile(f.info, info):
		return ErrGone
	case f.info != nil && info.Size() < f.info.Size(): // it only grows while it is open
		return fmt.Errorf("%w: it was cut off from %d to %d bytes while it was written", ErrDamaged, f.info.Size(), info.Size())
	}
	f.info = info
	return nil
}

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
