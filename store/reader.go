package store

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"runnertape"
)

// Reader reads a recording that nobody writes, or, if it is a Writer's, what that
// has committed. It is safe for concurrent use.
type Reader struct {
	path     string
	header   runnertape.Recording
	borrowed bool // db is a Writer's

	mu     sync.RWMutex // held while db is used; a Writer that rotates puts another in its place
	db     *bbolt.DB
	unpack *decompressor

	rest rest // what the table of contents lacks

	faulted atomic.Bool // a fault in mapped memory left bbolt's locks held: db would wait for ever
}

// Open opens the recording at path for reading. The error is, or wraps,
// [ErrHeld], [ErrForeign], [ErrNewer], [ErrDamaged], or what the system said.
func Open(path string) (*Reader, error) {
	if err := sniff(path); err != nil {
		return nil, openError(path, err)
	}
	r := &Reader{path: path}
	err := guard(func() (err error) {
		if r.db, err = openDB(path, true); err != nil {
			if strings.HasPrefix(err.Error(), "file size too small") { // bbolt has no name for it
				err = checkBuckets(path)
			}
			return err
		}
		if err = checkBuckets(path); err != nil { // nobody writes it now
			return err
		}
		if r.unpack, err = newDecompressor(); err != nil {
			return err
		}
		return r.db.View(func(tx *bbolt.Tx) error {
			r.header, err = readHeader(tx)
			return err
		})
	})
	if err != nil {
		if r.db != nil {
			err = errors.Join(err, r.db.Close())
		}
		return nil, openError(path, err)
	}
	return r, nil
}

// Close lets go of the file. The Reader of a Writer has none of its own.
func (r *Reader) Close() error {
	if r.borrowed {
		return nil
	}
	return r.closeDB()
}

func (r *Reader) closeDB() error {
	if r.faulted.Load() {
		return nil
	}
	return r.db.Close()
}

// Header is the recording's header.
func (r *Reader) Header() runnertape.Recording { return r.header }

// Exchange returns the exchange of that id, or [ErrNoExchange].
func (r *Reader) Exchange(id uint64) (*runnertape.Exchange, error) {
	var x *runnertape.Exchange
	err := r.view(func(tx *bbolt.Tx) (err error) {
		value := lookUp(tx, id)
		if value == nil {
			return fmt.Errorf("%w: %d", ErrNoExchange, id)
		}
		x, _, err = r.unpack.exchange(tx, nil, id, value)
		return err
	})
	return x, err
}

// Last returns the exchange of the highest id, or [ErrNoExchange] if there is none.
func (r *Reader) Last() (*runnertape.Exchange, error) {
	var id uint64
	if err := r.view(func(tx *bbolt.Tx) error {
		id = lastID(tx)
		return nil
	}); err != nil {
		return nil, err
	}
	return r.Exchange(id)
}

// scanGroup is how many exchanges one read transaction hands out, but for the first, whose caller may
// want no more. No transaction is open while the caller works, so a slow caller holds nothing.
const (
	firstScanGroup = 32
	scanGroup      = 256
)

// Exchanges yields all exchanges in order of id. It stops after the first error.
func (r *Reader) Exchanges() iter.Seq2[*runnertape.Exchange, error] { return r.ExchangesFrom(0) }

// ExchangesFrom yields the exchanges of id first and later ones, as Exchanges does.
func (r *Reader) ExchangesFrom(first uint64) iter.Seq2[*runnertape.Exchange, error] {
	return r.exchanges(first, math.MaxUint64)
}

func (r *Reader) exchanges(first, last uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		room := make([]byte, 0, 4*InlineBytes)
		limit := firstScanGroup
		for next := first; ; limit = scanGroup {
			var group []*runnertape.Exchange
			err := r.view(func(tx *bbolt.Tx) error {
				for w := newWalk(tx, next); len(group) < limit; {
					id, value, err := w.next()
					if err != nil || value == nil || id > last {
						return err
					}
					x, _, err := r.unpack.exchange(tx, room, id, value)
					if err != nil {
						return err
					}
					group = append(group, x)
				}
				return nil
			})
			for _, x := range group {
				if !yield(x, nil) {
					return
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(group) < limit {
				return
			}
			next = group[len(group)-1].ID + 1
		}
	}
}

// Body opens the kept content of one body of exchange id, from its start. A body
// without content is empty, not an error.
func (r *Reader) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	return r.BodyAt(id, side, 0)
}

// BodyAt is Body from content byte offset on, which takes no longer for a large offset. A body that
// has no byte there is empty.
func (r *Reader) BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	if offset < 0 {
		return nil, fmt.Errorf("%s body of exchange %d: it has no byte %d", side, id, offset)
	}
	b := &bodyReader{r: r, id: id, side: side}
	return io.NopCloser(b), b.seek(offset)
}

func (r *Reader) view(f func(*bbolt.Tx) error) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	err := errFaulted
	if !r.faulted.Load() {
		began := false
		err = guard(func() error {
			return r.db.View(func(tx *bbolt.Tx) error {
				began = true
				return f(tx)
			})
		})
		if !began && errors.Is(err, ErrDamaged) {
			r.faulted.Store(true)
		}
	}
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		err = ErrClosed
	}
	if err != nil {
		return fmt.Errorf("read recording %s: %w", r.path, err)
	}
	return nil
}

var errFaulted = fmt.Errorf("%w: it was cut off while it was open, or points beyond its end", ErrDamaged)
