package store

import (
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

// Scrub makes all changes durable, and wipes what was there before them from the file: when it returns, no
// byte of it has more than what can be read. The function edit is given the text of each dictionary, changes it
// in place, and tells whether it did.
//
// bbolt writes changed pages elsewhere and leaves the old ones as they are until they are used
// again. Scrub overwrites all that are not in use with zeros, after the transaction that made
// them so is on disk. Killed before that, the recording says so: Append then wipes them, and Check tells of it.
func (w *Writer) Scrub(edit func(text []byte) (changed bool)) error {
	if err := w.Commit(); err != nil {
		return err
	}
	w.scrubEarlier(edit)
	if err := w.editDictionaries(edit); err != nil {
		return w.fail(err)
	}
	if w.mark.state == changing {
		if err := w.setMark(mark{state: changed}); err != nil {
			return err
		}
	}
	if err := w.zeroUnused(); err != nil {
		return w.fail(fmt.Errorf("wipe unused pages: %w", systemError(err)))
	}
	if w.mark.state == interrupted {
		return w.setMark(w.mark)
	}
	if w.owed == nil {
		w.unoweEarlier()
	}
	return w.setMark(mark{})
}

// zeroUnused overwrites the pages that are not in use. A page that a read transaction, or bbolt after a crash,
// could still look at is in use: the write transaction is begun while nobody reads, and only
// then bbolt takes all that was freed before for free; transactions that begin later see
// the last commit, which is durable and needs none of these pages.
func (w *Writer) zeroUnused() error {
	f, err := os.OpenFile(w.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = w.sameFile(f)
	if err == nil {
		ended := false
		err = guard(func() error {
			err := w.wipe(f)
			ended = true
			return err
		})
		if !ended {
			w.reader.faulted.Store(true)
		}
	}
	return errors.Join(err, f.Close())
}

func (w *Writer) sameFile(f *os.File) error {
	info, err := f.Stat()
	if err == nil && !os.SameFile(info, w.file.info) {
		err = ErrGone
	}
	return err
}

func (w *Writer) wipe(f *os.File) error {
	tx, err := w.beginUnread()
	if err != nil {
		return err
	}
	z := &wiper{file: f, room: make([]byte, wipeBytes), zeros: make([]byte, wipeBytes)}
	err = z.pages(tx, int64(w.db.Info().PageSize))
	if err == nil && !w.wipedEnd { // what a recorder wrote there that was killed before its commit
		if err = z.toEnd(tx.Size()); err == nil {
			w.wipedEnd = true
		}
	}
	if z.wrote {
		err = errors.Join(err, f.Sync())
	}
	return errors.Join(err, tx.Rollback())
}

func (w *Writer) beginUnread() (*bbolt.Tx, error) {
	w.reader.mu.Lock()
	defer w.reader.mu.Unlock()
	return w.db.Begin(true)
}
