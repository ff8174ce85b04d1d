package store

import (
	"crypto/sha256"
	"hash"

	"runnertape"
)

// bodyID names one body of an exchange in flight.
type bodyID struct {
	id   uint64
	side runnertape.Side
}

// growingBody cuts a body into chunks as it comes. It holds at most one chunk.
type growingBody struct {
	sum   hash.Hash
	size  int64  // content bytes so far
	index uint32 // of the chunk being filled
	part  []byte // encoding byte and content of the chunk being filled; nil if empty
}

// chunk is a value ready for the bodies bucket.
type chunk struct {
	index uint32
	value []byte // encoding byte, then content
}

func newGrowingBody() *growingBody { return &growingBody{sum: sha256.New()} }

// add takes p and returns the chunks that became full.
func (b *growingBody) add(p []byte) []chunk {
	b.sum.Write(p)
	b.size += int64(len(p))
	var full []chunk
	for len(p) > 0 {
		if b.part == nil {
			// most bodies are one small write: do not take a whole chunk for them
			b.part = make([]byte, 1, 1+min(len(p), ChunkBytes))
			b.part[0] = asItIs
		}
		n := min(len(p), 1+ChunkBytes-len(b.part))
		b.part = append(b.part, p[:n]...)
		p = p[n:]
		if len(b.part) == 1+ChunkBytes {
			full = append(full, chunk{b.index, b.part})
			b.part = nil
			b.index++
		}
	}
	return full
}

// last is the chunk that is not full, if there is one.
func (b *growingBody) last() (chunk, bool) {
	return chunk{b.index, b.part}, b.part != nil
}

func (b *growingBody) digest() runnertape.Digest {
	return runnertape.Digest(b.sum.Sum(nil))
}
