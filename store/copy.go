package store

import (
	"fmt"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Copy keeps an exchange that another recording has as id, with its bodies; x says what it is here, and is the Writer's
// from then on. Chunks are taken as they are, neither unpacked nor packed again: what digest and size x
// says of them is believed, and for [Check] to find wrong.
func (w *Writer) Copy(from *Reader, id uint64, x *runnertape.Exchange) error {
	if err := w.failed(); err != nil {
		return err
	}
	l := w.liveExchange(x.ID)
	small := false
	for i, b := range bodiesOf(x) {
		if b == nil {
			continue
		}
		found, err := w.copyChunks(from, id, l, sides[i], b)
		if err != nil {
			return err
		}
		small = small || !found
	}
	if small {
		content, err := from.inlined(id)
		if err != nil {
			return err
		}
		for i, c := range content {
			if l.bodies[i].copied || len(c) == 0 {
				continue
			}
			if err := w.Write(x.ID, sides[i], c); err != nil {
				return err
			}
		}
	}
	return w.Put(x)
}

// inlined is the content that the record of an exchange holds.
func (r *Reader) inlined(id uint64) (content inlined, err error) {
	err = r.view(func(tx *bbolt.Tx) error {
		value := lookUp(tx, id)
		if value == nil {
			return fmt.Errorf("%w: %d", ErrNoExchange, id)
		}
		_, content, err = r.unpack.exchange(tx, make([]byte, 0, len(value)), id, value)
		for i, c := range content {
			content[i] = append([]byte(nil), c...) // it may live as long as the transaction only
		}
		return err
	})
	return content, err
}

// copiedAtOnce is how many chunks one transaction of the other recording gives.
const copiedAtOnce = GroupBytes / 4 / ChunkBytes

// copyChunks takes the chunks of a body, if it is in chunks.
func (w *Writer) copyChunks(from *Reader, id uint64, l *live, side runnertape.Side, b *runnertape.Body) (found bool, err error) {
	w.group.bytes += w.packing.wait() // it puts chunks into the group too
	index := uint32(0)
	for more := true; more; {
		more = false
		err := from.view(func(tx *bbolt.Tx) error {
			bodies := tx.Bucket(bodiesBucket)
			for range copiedAtOnce {
				value := bodies.Get(bodyKey(id, side, index))
				if value == nil {
					return nil
				}
				if encoding, key := cutEncoding(value); encoding == asReference {
					if value = bodies.Get(key); value == nil {
						return fmt.Errorf("%w: a chunk of exchange %d refers to %x, which is not there", ErrDamaged, id, key)
					}
				}
				w.group.copyChunk(bodyKey(l.id, side, index), value)
				index++
			}
			more = true
			return nil
		})
		if err == nil {
			err = w.writeIfLarge()
		}
		if err != nil {
			return false, err
		}
	}
	if n := int64(index); b.SHA256 != (runnertape.Digest{}) && !b.Dropped() &&
		(n*maxChunkBytes < b.Stored && (n > 0 || b.Stored > InlineBytes) || n > 0 && (n-1)*ChunkBytes >= b.Stored) {
		return false, fmt.Errorf("%w: the %s body of exchange %d has %d bytes in %d chunks", ErrDamaged, side, id, b.Stored, n)
	}
	if index > 0 {
		body := l.body(side)
		body.copied, body.size, body.index = true, b.Stored, index
	}
	return index > 0, nil
}

// copyChunk takes the value of a chunk as it is.
func (g *group) copyChunk(key, value []byte) {
	from := len(g.values)
	g.values = append(g.values, value...)
	g.chunks = append(g.chunks, keyed{key, g.values[from:len(g.values):len(g.values)]})
	g.bytes += len(key) + len(value)
}
