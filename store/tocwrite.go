package store

import (
	"bytes"
	"cmp"
	"slices"

	"go.etcd.io/bbolt"

	"runnertape"
)

// changeToc puts entries into the table of contents, in place of those of the same id, and takes those of
// the ids in gone out. Both are in order of id. Each block that they are in is written once.
func changeToc(tx *bbolt.Tx, put []runnertape.Entry, gone []uint64) error {
	toc := tx.Bucket(tocBucket)
	var r tocReader
	var had, have []runnertape.Entry
	var value []byte
	for toc != nil && len(put)+len(gone) > 0 {
		first := ^uint64(0)
		if len(put) > 0 {
			first = put[0].ID
		}
		if len(gone) > 0 {
			first = min(first, gone[0])
		}
		first -= first % tocBlock
		puts, _ := slices.BinarySearchFunc(put, first+tocBlock, entryAt)
		goes, _ := slices.BinarySearch(gone, first+tocBlock)

		key := exchangeKey(first)
		was := toc.Get(key)
		had = had[:0]
		if was != nil {
			var err error
			if had, err = r.appendEntries(had, key, was); err != nil {
				return err
			}
		}
		have = merge(have[:0], had, r.own(put[:puts]), gone[:goes])
		if len(have) == 0 {
			if err := toc.Delete(key); err != nil {
				return err
			}
		} else if value = appendBlock(nil, have); !bytes.Equal(was, value) {
			if err := toc.Put(key, value); err != nil {
				return err
			}
		}
		put, gone = put[puts:], gone[goes:]
	}
	return nil
}

func entryAt(e runnertape.Entry, id uint64) int { return cmp.Compare(e.ID, id) }

// own makes the kinds of entries those of r.
func (r *tocReader) own(entries []runnertape.Entry) []runnertape.Entry {
	for i := range entries {
		entries[i].Kind = r.one.One(*entries[i].Kind)
	}
	return entries
}

// merge appends to to what had becomes, all in order of id.
func merge(to, had, put []runnertape.Entry, gone []uint64) []runnertape.Entry {
	for len(had)+len(put) > 0 {
		var e runnertape.Entry
		if len(put) > 1 && put[0].ID == put[1].ID { // changed twice
			put = put[1:]
			continue
		}
		if len(had) == 0 || len(put) > 0 && put[0].ID <= had[0].ID {
			if len(had) > 0 && had[0].ID == put[0].ID {
				had = had[1:]
			}
			e, put = put[0], put[1:]
		} else {
			e, had = had[0], had[1:]
		}
		if _, left := slices.BinarySearch(gone, e.ID); !left {
			to = append(to, e)
		}
	}
	return to
}

// tocGroup is how many exchanges a transaction takes into the table of contents of a file whose last ones
// are not in it.
const tocGroup = 16 * scanGroup

// completeToc takes exchanges into the table of contents that a program wrote which knows none. They are the last
// ones, or all. What cannot be read is left out.
func (w *Writer) completeToc() error {
	var next uint64
	err := w.db.View(func(tx *bbolt.Tx) (err error) {
		next, err = unlisted(tx)
		return err
	})
	for err == nil && next > 0 {
		err = w.update(func(tx *bbolt.Tx) error {
			toc, err := tx.CreateBucketIfNotExists(tocBucket)
			if err != nil {
				return err
			}
			toc.FillPercent = 1
			var l lister
			n := 0
			c := tx.Bucket(exchangesBucket).Cursor()
			k, v := c.Seek(exchangeKey(next))
			for next = 0; k != nil; k, v = c.Next() {
				if n++; n > tocGroup {
					next = keyID(k)
					break
				}
				if x, _, err := w.reader.unpack.exchange(tx, nil, keyID(k), v); err == nil {
					l.add(x)
				}
			}
			return changeToc(tx, l.entries, nil)
		})
	}
	return err
}

// lister makes entries of exchanges.
type lister struct {
	kinds   runnertape.Kinds
	entries []runnertape.Entry
}

// add takes an exchange, if it has ended.
func (l *lister) add(x *runnertape.Exchange) {
	if x.State == runnertape.Done {
		l.entries = append(l.entries, runnertape.EntryOf(x, l.kinds.One(runnertape.KindOf(x))))
	}
}

// unlisted is the id from which on exchanges are not in the table of contents, 0 if all are in it.
func unlisted(tx *bbolt.Tx) (first uint64, err error) {
	ended, toc := tx.Bucket(exchangesBucket), tx.Bucket(tocBucket)
	if toc == nil {
		return 1, nil
	}
	last, _ := ended.Cursor().Last()
	if len(last) != 8 {
		return 0, nil
	}
	listed := uint64(0)
	if k, v := toc.Cursor().Last(); k != nil {
		var r tocReader
		entries, err := r.appendEntries(nil, k, v)
		if err != nil {
			return 0, err
		}
		if len(entries) > 0 {
			listed = entries[len(entries)-1].ID
		}
	}
	if listed >= keyID(last) {
		return 0, nil
	}
	return listed + 1, nil
}
