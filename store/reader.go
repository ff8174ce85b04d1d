package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Reader reads a recording that nobody writes. It is safe for concurrent use.
type Reader struct {
	path   string
	db     *bbolt.DB
	header runnertape.Recording
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

// Close lets go of the file.
func (r *Reader) Close() error { return r.db.Close() }

// Header is the recording's header.
func (r *Reader) Header() runnertape.Recording { return r.header }

// Exchange returns the exchange of that id, or [ErrNoExchange].
func (r *Reader) Exchange(id uint64) (*runnertape.Exchange, error) {
	var x *runnertape.Exchange
	err := r.view(func(tx *bbolt.Tx) (err error) {
		value := tx.Bucket(exchangesBucket).Get(exchangeKey(id))
		if value == nil {
			return fmt.Errorf("%w: %d", ErrNoExchange, id)
		}
		x, err = parseExchange(id, value)
		return err
	})
	return x, err
}

// scanGroup is how many exchanges one read transaction hands out. No
// transaction is open while the caller works, so a slow caller holds nothing.
const scanGroup = 256

// Exchanges yields all exchanges in order of id. It stops after the first error.
func (r *Reader) Exchanges() iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for next := uint64(0); ; {
			var group []*runnertape.Exchange
			err := r.view(func(tx *bbolt.Tx) error {
				c := tx.Bucket(exchangesBucket).Cursor()
				for k, v := c.Seek(exchangeKey(next)); k != nil && len(group) < scanGroup; k, v = c.Next() {
					x, err := parseExchange(binary.BigEndian.Uint64(k), v)
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
			if len(group) < scanGroup {
				return
			}
			next = group[len(group)-1].ID + 1
		}
	}
}

// Body opens the kept content of one body of exchange id, from its start. A body
// without content is empty, not an error.
func (r *Reader) Body(id uint64, side runnertape.Side) (io.ReadCloser, error) {
	return io.NopCloser(&bodyReader{r: r, id: id, side: side}), nil
}

func (r *Reader) view(f func(*bbolt.Tx) error) error {
	err := guard(func() error { return r.db.View(f) })
	if err != nil {
		return fmt.Errorf("read recording %s: %w", r.path, err)
	}
	return nil
}

func parseExchange(id uint64, value []byte) (*runnertape.Exchange, error) {
	x := new(runnertape.Exchange)
	if err := json.Unmarshal(value, x); err != nil {
		return nil, fmt.Errorf("%w: exchange %d: %v", ErrDamaged, id, err)
	}
	if x.ID != id {
		return nil, fmt.Errorf("%w: exchange %d says it is %d", ErrDamaged, id, x.ID)
	}
	return x, nil
}
