package store

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// walk goes through exchanges that have ended and those in flight, together in
// order of id.
type walk struct {
	ended, inFlight place
}

// place is where a walk is in one of the two buckets.
type place struct {
	cursor *bbolt.Cursor // nil: the bucket is not there, in format 1
	key    []byte        // nil: at the end
	value  []byte
}

func placeIn(b *bbolt.Bucket, from uint64) place {
	if b == nil {
		return place{}
	}
	p := place{cursor: b.Cursor()}
	p.key, p.value = p.cursor.Seek(exchangeKey(from))
	return p
}

func (p *place) next() { p.key, p.value = p.cursor.Next() }

func newWalk(tx *bbolt.Tx, from uint64) *walk {
	return &walk{placeIn(tx.Bucket(exchangesBucket), from), placeIn(tx.Bucket(inFlightBucket), from)}
}

// next is the next exchange, with a nil value after the last. The value lives
// as long as the transaction.
func (w *walk) next() (id uint64, value []byte, err error) {
	p := &w.ended
	if p.key == nil || w.inFlight.key != nil && string(w.inFlight.key) < string(p.key) {
		p = &w.inFlight
	}
	if p.key == nil {
		return 0, nil, nil
	}
	if len(p.key) != 8 {
		err = fmt.Errorf("%w: an exchange key of %d bytes", ErrDamaged, len(p.key))
		p.next()
		return 0, nil, err
	}
	if string(w.inFlight.key) == string(w.ended.key) {
		w.inFlight.next()
	}
	id, value = keyID(p.key), p.value
	p.next()
	return id, value, nil
}

// lookUp is the value of one exchange, or nil.
func lookUp(tx *bbolt.Tx, id uint64) []byte {
	key := exchangeKey(id)
	value := tx.Bucket(exchangesBucket).Get(key)
	if b := tx.Bucket(inFlightBucket); value == nil && b != nil {
		value = b.Get(key)
	}
	return value
}

// lastID is the highest id of an exchange, or 0.
func lastID(tx *bbolt.Tx) uint64 {
	last := after(tx)
	for _, name := range [][]byte{exchangesBucket, inFlightBucket} {
		if b := tx.Bucket(name); b != nil {
			if k, _ := b.Cursor().Last(); len(k) == 8 {
				last = max(last, keyID(k))
			}
		}
	}
	return last
}
