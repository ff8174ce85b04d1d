package store

import (
	"fmt"
	"io"

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

func (b *bodyReader) fetch() (content []byte, err error) {
	found := false
	err = b.r.view(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bodiesBucket).Get(bodyKey(b.id, b.side, b.index))
		if value == nil {
			return nil
		}
		found = true
		view, err := chunkContent(value)
		content = append(content, view...) // the value lives as long as the transaction
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s body of exchange %d: %w", b.side, b.id, err)
	}
	if !found {
		return nil, io.EOF
	}
	b.index++
	return content, nil
}

// chunkContent is the content of a chunk value.
func chunkContent(value []byte) ([]byte, error) {
	if len(value) < 2 || len(value) > 1+ChunkBytes {
		return nil, fmt.Errorf("%w: a chunk of %d bytes", ErrDamaged, len(value))
	}
	if value[0] != asItIs {
		return nil, fmt.Errorf("%w: a chunk in encoding %d", ErrDamaged, value[0])
	}
	return value[1:], nil
}
