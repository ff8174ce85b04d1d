package store

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"runnertape"
)

// chunk is the content of a chunk, nil if it is not there. It is good until the next call.
func (b *batch) chunk(key []byte) (content []byte, err error) {
	err = b.w.reader.view(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bodiesBucket).Get(key)
		if value == nil {
			return nil
		}
		content, err = b.w.reader.unpack.ofChunk(tx, b.room[:0], value)
		b.room = content
		return err
	})
	return content, err
}

func (b *batch) putChunk(key, content []byte) {
	value := b.w.compressor.appendChunk(nil, content, false)
	if !pays(len(content), len(value)) {
		value = append([]byte{asItIs}, content...)
	}
	b.put(bodiesBucket, key, value)
}

// patch changes chunks. Of an exchange that has ended it makes the digest anew, and so reads all of the body.
func (b *batch) patch(k *change, side runnertape.Side) error {
	first, err := b.chunk(bodyKey(k.id, side, 0))
	if err != nil || first == nil {
		return err
	}
	size := int64(len(first)) // of all but the last
	touched := map[uint32][]patch{}
	for _, c := range k.body(side).patches {
		for index := c.offset / size; index <= (c.offset+int64(len(c.p))-1)/size; index++ {
			touched[uint32(index)] = append(touched[uint32(index)], c)
		}
	}
	if k.x == nil || k.x.State != runnertape.Done {
		for _, index := range slices.Sorted(maps.Keys(touched)) {
			if _, err := b.patchChunk(k.id, side, index, int64(index)*size, touched[index], nil); err != nil {
				return err
			}
		}
		return nil
	}
	sum := sha256.New()
	midst := bodyPrefix(k.id, side)
	for index := uint32(0); ; index++ {
		content, err := b.patchChunk(k.id, side, index, int64(index)*size, touched[index], midst)
		if err != nil {
			return err
		}
		if content == nil {
			break
		}
		sum.Write(content)
	}
	sum.Sum(bodiesOf(k.x)[side-runnertape.RequestSide].SHA256[:0])
	k.record = true
	return b.putRecord(k)
}

// patchChunk changes one chunk, whose first byte is byte at of the body, and gives its content.
func (b *batch) patchChunk(id uint64, side runnertape.Side, index uint32, at int64, patches []patch, midst []byte) ([]byte, error) {
	key := bodyKey(id, side, index)
	content, err := b.chunk(key)
	if err != nil {
		return nil, fmt.Errorf("%s body of exchange %d: %w", side, id, err)
	}
	changed := false
	for _, c := range patches {
		changed = c.put(content, at) || changed
	}
	if !changed {
		return content, nil
	}
	b.putChunk(key, content)
	if b.full() {
		err = b.commit(midst)
	}
	return content, err
}

// replace puts other content in the place of a body.
func (b *batch) replace(k *change, side runnertape.Side) error {
	content := k.body(side).content
	at := &k.content[side-runnertape.RequestSide]
	if len(content) <= InlineBytes {
		*at = append([]byte{}, content...)
		content = nil
	} else {
		*at = nil
		bodiesOf(k.x)[side-runnertape.RequestSide].SHA256 = sha256.Sum256(content)
	}
	index := uint32(0)
	for chunk := range slices.Chunk(content, ChunkBytes) {
		b.putChunk(bodyKey(k.id, side, index), chunk)
		index++
	}
	for { // what was longer
		key := bodyKey(k.id, side, index)
		there := false
		if err := b.w.reader.view(func(tx *bbolt.Tx) error {
			there = tx.Bucket(bodiesBucket).Get(key) != nil
			return nil
		}); err != nil || !there {
			return err
		}
		b.put(bodiesBucket, key, nil)
		index++
	}
}
