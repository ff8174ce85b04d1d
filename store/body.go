package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"go.etcd.io/bbolt"

	"runnertape"
)

// bodyReader reads a body chunk by chunk, one short transaction each.
type bodyReader struct {
	r     *Reader
	id    uint64
	side  runnertape.Side
	index uint32 // of the chunk to fetch next
	part  []byte // what is left of the chunk fetched last
	room  []byte // that chunk's memory, for the next
	err   error  // sticky; io.EOF at the end
}

// Read implements io.Reader.
func (b *bodyReader) Read(p []byte) (int, error) {
	if len(b.part) == 0 && b.err == nil {
		b.part, b.err = b.fetch()
	}
	if len(b.part) == 0 {
		return 0, b.err
	}
	n := copy(p, b.part)
	b.part = b.part[n:]
	return n, nil
}

func (b *bodyReader) fetch() ([]byte, error) {
	content, err := b.next()
	if err != nil {
		return nil, fmt.Errorf("%s body of exchange %d: %w", b.side, b.id, err)
	}
	if len(content) == 0 {
		return nil, io.EOF
	}
	return content, nil
}

// seek goes to content byte offset. All chunks of one body are of one size, but for the last: which
// size, is seen by the first.
func (b *bodyReader) seek(offset int64) error {
	if offset == 0 {
		return nil
	}
	content, err := b.fetch()
	if n := int64(len(content)); err == nil && offset >= n {
		index := offset / n
		if index > math.MaxUint32 {
			b.err = io.EOF
			return nil
		}
		b.index = uint32(index)
		content, err = b.fetch()
		offset %= n
	}
	b.part, b.err = content[min(offset, int64(len(content))):], err
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// next is the content of the next chunk, empty after the last. It is good until
// the next call.
func (b *bodyReader) next() (content []byte, err error) {
	err = b.r.view(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bodiesBucket).Get(bodyKey(b.id, b.side, b.index))
		if value == nil && b.index == 0 {
			content, err = b.inlined(tx)
			return err
		}
		if value == nil {
			return nil
		}
		content, err = b.r.unpack.ofChunk(tx, b.room[:0], value)
		return err
	})
	b.index++
	b.room = content
	return content, err
}

// inlined is the content that the exchange itself holds, as a body's only chunk.
// An exchange in flight may have an early state of what is in chunks now: it is
// looked for last.
func (b *bodyReader) inlined(tx *bbolt.Tx) ([]byte, error) {
	value := lookUp(tx, b.id)
	if value == nil {
		return nil, nil
	}
	_, content, err := b.r.unpack.exchange(tx, nil, b.id, value)
	if err != nil || b.side < runnertape.RequestSide || b.side > runnertape.ResponseSide {
		return nil, err
	}
	return bytes.Clone(content[b.side-runnertape.RequestSide]), nil // it may live as long as the transaction only
}
