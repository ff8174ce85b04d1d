package store

import (
	"bytes"
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// applyChanges writes the changes, in transactions of about groupBytes. After each the recording is
// whole: an exchange changes together with its bodies, but for a body with too many changes for one
// transaction, whose digest the mark names as unknown meanwhile.
func (w *Writer) applyChanges() error {
	if err := w.settle(); err != nil || w.changes.empty() {
		return err
	}
	of := w.changes.of
	w.changes = changes{}
	b := &batch{w: w}
	err := guard(func() error {
		ids := slices.Sorted(maps.Keys(of))
		if err := b.unshare(of); err != nil {
			return err
		}
		for _, id := range ids {
			if err := b.change(of[id]); err != nil {
				return err
			}
		}
		return b.commit(nil)
	})
	if err != nil {
		return w.fail(err)
	}
	w.commits.tell()
	return nil
}

// batch gathers what one transaction changes.
type batch struct {
	w     *Writer
	puts  []entry
	bytes int
	room  []byte   // for a chunk
	toc   lister   // of exchanges that change
	texts [][]byte // of the dictionaries; nil until they are needed
}

// entry is to be put, or deleted if it has no value.
type entry struct{ bucket, key, value []byte }

func (b *batch) put(bucket, key, value []byte) {
	b.puts = append(b.puts, entry{bucket, key, value})
	b.bytes += len(key) + len(value) + 64
}

func (b *batch) full() bool { return b.bytes >= b.w.groupBytes }

// commit writes what was gathered. midst is the prefix of a body whose digest is not right yet.
func (b *batch) commit(midst []byte) error {
	if len(b.puts) == 0 && len(b.w.mark.midst) == len(midst) {
		return nil
	}
	m := b.w.mark
	m.midst = midst
	err := b.w.update(func(tx *bbolt.Tx) error {
		if err := m.put(tx); err != nil {
			return err
		}
		for _, p := range b.puts {
			bucket := tx.Bucket(p.bucket)
			if p.value == nil {
				if err := bucket.Delete(p.key); err != nil {
					return err
				}
			} else if err := bucket.Put(p.key, p.value); err != nil {
				return err
			}
		}
		return changeToc(tx, b.toc.entries, nil)
	})
	clear(b.puts)
	b.puts, b.bytes, b.toc.entries = b.puts[:0], 0, b.toc.entries[:0]
	if err == nil {
		b.w.mark = m
	}
	return err
}

// change changes one exchange with its bodies.
func (b *batch) change(k *change) error {
	for i, side := range sides {
		c := &k.bodies[i]
		switch {
		case c.replaced:
			if err := b.replace(k, side); err != nil {
				return err
			}
		case len(c.patches) > 0:
			if err := b.patch(k, side); err != nil {
				return err
			}
		}
	}
	if err := b.putRecord(k); err != nil || !b.full() {
		return err
	}
	return b.commit(nil)
}

func (b *batch) putRecord(k *change) error {
	if !k.record {
		return nil
	}
	bucket := inFlightBucket
	key := exchangeKey(k.id)
	if err := b.w.reader.view(func(tx *bbolt.Tx) error {
		if tx.Bucket(exchangesBucket).Get(key) != nil {
			bucket = exchangesBucket
		}
		return nil
	}); err != nil {
		return err
	}
	record := appendRecord(nil, k.x, &k.content)
	b.put(bucket, key, b.w.compressor.appendRecord(nil, record, false))
	if bytes.Equal(bucket, exchangesBucket) {
		b.toc.add(k.x)
		return b.noteSample(key, record)
	}
	return nil
}
