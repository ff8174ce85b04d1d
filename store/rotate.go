package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"go.etcd.io/bbolt"

	"runnertape"
)

// rotation begins a new file when the bound is reached.
type rotation struct {
	maxBytes int64
	left     Left
}

// rotateIfFull closes the file and begins a new one under its name, if what
// comes would go beyond the bound. What is in flight moves on, whole, and
// readers see the new file only. A file of which more than half is in flight
// grows instead, or a long upload would be copied again and again.
func (w *Writer) rotateIfFull() error {
	if w.rotation == nil || w.mark.state == changing || w.mark.state == changed { // the file is to be scrubbed first
		return nil
	}
	var size int64
	err := w.db.View(func(tx *bbolt.Tx) error {
		size = used(tx)
		return nil
	})
	if err != nil || size+int64(w.group.bytes) <= w.rotation.maxBytes || size-w.movingBytes() < w.rotation.maxBytes/2 {
		return err
	}
	if err := w.rotate(); err != nil {
		return fmt.Errorf("begin the next file: %w", systemError(err))
	}
	return nil
}

// moving are the exchanges that the old file must not have: those in flight, and
// those that will be written now.
func (w *Writer) moving() []*live {
	var moving []*live
	for _, l := range w.live {
		moving = append(moving, l)
	}
	for _, l := range w.group.exchanges {
		if w.live[l.id] != l {
			moving = append(moving, l)
		}
	}
	return moving
}

// movingBytes are the chunks of moving exchanges, before they were compressed.
func (w *Writer) movingBytes() (n int64) {
	for _, l := range w.moving() {
		n += (int64(l.bodies[0].index) + int64(l.bodies[1].index)) * ChunkBytes
	}
	return n
}

func (w *Writer) rotate() error {
	if err := w.keepOwed(); err != nil { // both files have it then
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(w.path), filepath.Base(w.path)+".*.new") // mode 0600
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	next, err := openDB(f.Name(), false)
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := w.moveTo(next); err != nil {
		return errors.Join(err, next.Close(), os.Remove(f.Name()))
	}
	if err := w.zeroUnused(); err != nil { // what is moved may change there, and is not to be found here then
		return errors.Join(err, next.Close(), os.Remove(f.Name()))
	}
	w.findEarlier()
	size := fileSize(w.path)
	if err := w.swap(next); err != nil {
		return err
	}
	if err := trim(w.path); err != nil {
		return err
	}
	kept, err := nameNext(w.path)
	if err != nil {
		return err
	}
	if err := errors.Join(os.Rename(f.Name(), w.path), syncDir(filepath.Dir(w.path))); err != nil {
		return err
	}
	w.earlier.files = slices.Insert(w.earlier.files, 0, &earlierFile{path: kept, after: w.after, owes: w.owed != nil})
	w.earlier.known, w.after = true, w.lastID
	w.rotation.left.Files = append(w.rotation.left.Files, kept)
	w.rotation.left.Bytes += size
	return w.file.look(w.path)
}

// nameNext gives the file that is full the name recording.1.db, or with the first
// number that is free. Where the file system has links it keeps its own name too,
// until the next file takes that.
func nameNext(path string) (string, error) {
	for n := 1; ; n++ {
		next := numbered(path, n)
		if _, err := os.Lstat(next); err == nil {
			continue
		}
		if err := name(path, next); !errors.Is(err, ErrExists) {
			return next, err
		}
	}
}

// moveTo begins the next file, and moves chunks of what is in flight to it. The
// exchanges themselves are in memory, and in the next group.
func (w *Writer) moveTo(next *bbolt.DB) error {
	err := next.Update(func(tx *bbolt.Tx) error {
		if err := writeHeader(tx, w.header); err != nil {
			return err
		}
		if err := putOwed(tx, w.owed); err != nil {
			return err
		}
		return tx.Bucket(recordingBucket).Put(afterKey, exchangeKey(w.lastID))
	})
	if err != nil {
		return err
	}
	moving := w.moving()
	for _, l := range moving {
		for _, side := range sides {
			if err := w.moveChunks(next, l.id, side, l.body(side).index); err != nil {
				return err
			}
		}
	}
	return w.db.Update(func(tx *bbolt.Tx) error {
		for _, l := range moving {
			if err := tx.Bucket(inFlightBucket).Delete(exchangeKey(l.id)); err != nil {
				return err
			}
			for _, side := range sides {
				for index := range l.body(side).index {
					if err := tx.Bucket(bodiesBucket).Delete(bodyKey(l.id, side, index)); err != nil {
						return err
					}
				}
			}
			l.kept = false
			if l.x != nil && !l.pending {
				w.group.putExchange(l)
			}
		}
		return nil
	})
}

// moveChunks copies the chunks of a body that the file has, some at a time.
func (w *Writer) moveChunks(next *bbolt.DB, id uint64, side runnertape.Side, end uint32) error {
	const some = GroupBytes / ChunkBytes
	for index := uint32(0); index < end; {
		err := w.db.View(func(from *bbolt.Tx) error {
			return next.Update(func(to *bbolt.Tx) error {
				for stop := min(end, index+some); index < stop; index++ {
					key := bodyKey(id, side, index)
					value := from.Bucket(bodiesBucket).Get(key)
					if value == nil {
						continue // it is in the group
					}
					if err := to.Bucket(bodiesBucket).Put(key, value); err != nil {
						return err
					}
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// swap makes next the file that is written and read, and closes the one before.
func (w *Writer) swap(next *bbolt.DB) error {
	unpack, err := newDecompressor()
	if err != nil {
		return err
	}
	compressor, err := newCompressor()
	if err != nil {
		return err
	}
	next.AllocSize = w.db.AllocSize
	w.reader.mu.Lock()
	old := w.db
	w.db, w.reader.db, w.reader.unpack = next, next, unpack
	w.reader.mu.Unlock()
	w.compressor, w.sampler, w.file = compressor, newSampler(), openFile{}
	w.mark, w.compacted, w.wipedEnd = mark{}, false, false
	return old.Close()
}

// after is the highest id in the files before this one, or 0.
func after(tx *bbolt.Tx) uint64 {
	if value := tx.Bucket(recordingBucket).Get(afterKey); len(value) == 8 {
		return binary.BigEndian.Uint64(value)
	}
	return 0
}
