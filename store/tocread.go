package store

import (
	"iter"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"runnertape"
)

// tocBlocks is how many blocks one read transaction takes.
const tocBlocks = 16

// Entries yields those of the exchanges that have ended, with ids from first to last, in order of id. It stops
// after the first error. Of a recording that has no table of contents, or not of its last exchanges,
// because an earlier version of this program wrote them, these are read once.
func (r *Reader) Entries(first, last uint64) iter.Seq2[runnertape.Entry, error] {
	return func(yield func(runnertape.Entry, error) bool) {
		rest, err := r.listRest()
		if err != nil {
			yield(runnertape.Entry{}, err)
			return
		}
		var read tocReader
		var entries []runnertape.Entry
		give := func() bool {
			from, _ := slices.BinarySearchFunc(entries, first, entryAt)
			for _, e := range entries[from:] {
				if e.ID > last || !yield(e, nil) {
					return false
				}
			}
			return true
		}
		for next := first - first%tocBlock; ; {
			entries = entries[:0]
			more := false
			err := r.view(func(tx *bbolt.Tx) (err error) {
				toc := tx.Bucket(tocBucket)
				if toc == nil {
					return nil
				}
				c := toc.Cursor()
				k, v := c.Seek(exchangeKey(next))
				for n := 0; k != nil && err == nil; k, v = c.Next() {
					if n++; n > tocBlocks && len(k) == 8 {
						next, more = keyID(k), true
						return nil
					}
					entries, err = read.appendEntries(entries, k, v)
				}
				return err
			})
			if !give() {
				return
			}
			if err != nil {
				yield(runnertape.Entry{}, err)
				return
			}
			if !more {
				break
			}
		}
		entries = rest
		give()
	}
}

// rest are the entries that a recording lacks.
type rest struct {
	mu      sync.Mutex // guards what follows
	known   bool
	entries []runnertape.Entry
}

// listRest reads the exchanges that are not in the table of contents. A Writer's Reader need not: each
// that goes on with a recording completes the table.
func (r *Reader) listRest() ([]runnertape.Entry, error) {
	if r.borrowed {
		return nil, nil
	}
	r.rest.mu.Lock()
	defer r.rest.mu.Unlock()
	if r.rest.known {
		return r.rest.entries, nil
	}
	var first uint64
	err := r.view(func(tx *bbolt.Tx) (err error) {
		first, err = unlisted(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if first > 0 {
		var l lister
		for x, err := range r.ExchangesFrom(first) {
			if err != nil {
				return nil, err
			}
			l.add(x)
		}
		r.rest.entries = l.entries
	}
	r.rest.known = true
	return r.rest.entries, nil
}
