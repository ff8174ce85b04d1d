package store

import (
	"bytes"

	"go.etcd.io/bbolt"
)

// unshare gives chunks that refer to one that may change a copy of their own: the first of them, to which
// the others refer from then on. One that may change itself gets its own too.
func (b *batch) unshare(of map[uint64]*change) error {
	if !b.w.compacted {
		return nil
	}
	holders := map[string][]byte{} // chunk that may change → the first of those that referred to it
	for from := []byte{}; from != nil; {
		var refers [][2][]byte // key of a chunk, and of the one it refers to
		err := b.w.reader.view(func(tx *bbolt.Tx) error {
			c := tx.Bucket(bodiesBucket).Cursor()
			k, v := c.Seek(from)
			for ; k != nil && len(refers) < scanGroup; k, v = c.Next() {
				if encoding, to := cutEncoding(v); encoding == asReference && mayChange(of, to) {
					refers = append(refers, [2][]byte{bytes.Clone(k), bytes.Clone(to)})
				}
			}
			from = bytes.Clone(k)
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range refers {
			if err := b.unshareOne(of, holders, r[0], r[1]); err != nil {
				return err
			}
		}
	}
	return b.commit(nil)
}

func (b *batch) unshareOne(of map[uint64]*change, holders map[string][]byte, key, to []byte) error {
	holder, own := holders[string(to)], mayChange(of, key)
	if holder != nil && !own {
		b.put(bodiesBucket, key, append([]byte{asReference}, holder...))
	} else {
		err := b.w.reader.view(func(tx *bbolt.Tx) error {
			b.put(bodiesBucket, key, bytes.Clone(tx.Bucket(bodiesBucket).Get(to)))
			return nil
		})
		if err != nil {
			return err
		}
		if !own {
			holders[string(to)] = key
		}
	}
	if b.full() {
		return b.commit(nil)
	}
	return nil
}

// mayChange tells whether the chunk of that key is among those that change, or next to one.
func mayChange(of map[uint64]*change, key []byte) bool {
	id, side, index, ok := parseBodyKey(key)
	k := of[id]
	if !ok || k == nil {
		return false
	}
	c := k.body(side)
	from, to := int64(index)*ChunkBytes, (int64(index)+1)*maxChunkBytes // whatever the size of its chunks is
	for _, p := range c.patches {
		if p.offset < to && p.offset+int64(len(p.p)) > from {
			return true
		}
	}
	return c.replaced
}
