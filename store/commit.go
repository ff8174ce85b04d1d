package store

import (
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// Commit makes everything put, written and changed so far durable. Of bodies in flight
// the full chunks are kept, and what is small enough to be kept with the
// exchange as it was put last. The error is, or wraps, [ErrGone], [ErrDamaged],
// or what the system said, as when the disk is full; what was committed before
// is whole.
func (w *Writer) Commit() error {
	if err := w.handOver(); err != nil {
		return err
	}
	return w.settle()
}

// handOver waits for the group that is being written, and has the one that was
// filled written next. What is decided or encoded, and whether a new file is begun, is
// so here, when nothing is being written: the goroutine only applies it.
func (w *Writer) handOver() error {
	w.group.bytes += w.packing.wait()
	err := w.applyChanges()
	w.fresh = false
	if err != nil || w.group.empty() && !w.owesOther(w.mark.state) {
		return err
	}
	if err := w.prepare(); err != nil {
		return w.fail(err)
	}
	w.group, w.writing = w.writing, w.group
	w.outcome = make(chan error, 1)
	go func(g *group, outcome chan<- error) { // ends with the transaction; settle waits for it
		err := w.commit(g)
		if err == nil {
			w.commits.tell()
		}
		outcome <- err
	}(w.writing, w.outcome)
	return nil
}

// settle waits for the group that is being written, if one is.
func (w *Writer) settle() error {
	if w.outcome != nil {
		return w.settled(<-w.outcome)
	}
	return w.err
}

// failed is settle without waiting.
func (w *Writer) failed() error {
	select {
	case err := <-w.outcome:
		return w.settled(err)
	default:
		return w.err
	}
}

// settled takes back the memory of what was written.
func (w *Writer) settled(err error) error {
	w.outcome = nil
	if err != nil {
		return w.fail(err)
	}
	for _, part := range w.writing.plain {
		w.spare.free(part)
	}
	w.writing.reset()
	return nil
}

func (w *Writer) fail(err error) error {
	w.err = fmt.Errorf("write recording %s: %w", w.path, err)
	return w.err
}

// prepare looks at the file, begins the next if it is full, and makes the group ready.
func (w *Writer) prepare() error {
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
	if w.owesOther(w.mark.state) {
		w.group.owes, w.group.owed, w.owedKept = true, w.owed, w.owed
		if w.owed == nil {
			w.unoweEarlier()
		}
	}
	return w.encode()
}

// commit writes a group. Of the Writer it uses what stays the same until settle: db, reader, and
// retention.
func (w *Writer) commit(g *group) error {
	return w.update(func(tx *bbolt.Tx) error { return g.write(tx, w.retention) })
}

// update is bbolt's Update without a rollback after a fault in mapped memory: that
// walks through all pages in a goroutine of its own, where the next fault would kill the
// process.
func (w *Writer) update(f func(*bbolt.Tx) error) error {
	ended := false
	err := guard(func() error {
		tx, err := w.db.Begin(true)
		if err == nil {
			if err = f(tx); err == nil {
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
