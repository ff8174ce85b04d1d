package store

import (
	"crypto/sha256"
	"hash"
	"sync"

	"runnertape"
)

// live is an exchange that has not ended, or that the next transaction will write.
type live struct {
	id      uint64
	x       *runnertape.Exchange // as it was put last; nil before
	bodies  [2]growingBody
	kept    bool // it is in the in_flight bucket
	pending bool // it is in the group
}

func (l *live) body(side runnertape.Side) *growingBody { return &l.bodies[side-runnertape.RequestSide] }

// inlined is the content that the exchange's record holds.
func (l *live) inlined() inlined {
	return inlined{l.bodies[0].inlined(), l.bodies[1].inlined()}
}

// growingBody cuts a body into chunks as it comes. It holds at most one chunk.
type growingBody struct {
	size  int64     // content bytes so far
	index uint32    // of the chunk being filled
	part  []byte    // encoding byte and content of the chunk being filled; nil if empty
	sum   hash.Hash // of the chunks before, when they are packed; nil while the content may be inlined
	stale bool      // bytes that are in sum were overwritten
	plain bool      // compressing its first chunk did not pay, as was seen when it was packed
	done  bool      // nothing follows

	copied bool // its chunks are another recording's, and its digest is known
}

// inlined is the content if it is kept in the record, or nil.
func (b *growingBody) inlined() []byte {
	switch {
	case b.sum != nil, b.copied:
		return nil
	case b.part != nil:
		return b.part[1:]
	case b.done:
		return []byte{}
	}
	return nil
}

// add takes p, and gives each chunk that becomes full to f: its encoding byte
// and content, in memory that is f's.
func (b *growingBody) add(p []byte, m *spare, f func(full []byte)) {
	b.size += int64(len(p))
	if b.sum == nil && b.size > InlineBytes {
		b.sum = m.hash()
	}
	for len(p) > 0 {
		n := min(len(p), 1+ChunkBytes-max(1, len(b.part)))
		b.part = append(m.grow(b.part, n), p[:n]...)
		p = p[n:]
		if len(b.part) == 1+ChunkBytes {
			f(b.part)
			b.part = nil
		}
	}
}

// began is the content byte with which the chunk being filled begins.
func (b *growingBody) began() int64 { return int64(b.index) * ChunkBytes }

// putDigests says in an exchange that has ended what the digests of its bodies are, of those that are in chunks.
func (l *live) putDigests() {
	if l.x.State != runnertape.Done {
		return
	}
	for i, b := range bodiesOf(l.x) {
		if b != nil && l.bodies[i].sum != nil {
			l.bodies[i].sum.Sum(b.SHA256[:0])
		}
	}
}

// spare is memory of bodies that have ended, for those that follow.
type spare struct {
	sums []hash.Hash

	mu    sync.Mutex
	parts [len(partBytes)][][]byte // guarded by mu
}

// partBytes are the sizes a part grows through: most bodies are small, and
// thousands may be in flight.
var partBytes = [...]int{1 << 10, 1 + InlineBytes, 16 << 10, 1 + ChunkBytes}

const spareBytes = GroupBytes // kept of each size

// grow makes room for n bytes behind part, and writes its encoding byte.
func (m *spare) grow(part []byte, n int) []byte {
	want := max(1, len(part)) + n
	if want <= cap(part) {
		return part
	}
	class := 0
	for partBytes[class] < want {
		class++
	}
	larger := m.take(class)
	if part == nil {
		return append(larger, asItIs)
	}
	larger = append(larger, part...)
	m.free(part)
	return larger
}

func (m *spare) take(class int) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	free := m.parts[class]
	if len(free) == 0 {
		return make([]byte, 0, partBytes[class])
	}
	m.parts[class] = free[:len(free)-1]
	return free[len(free)-1]
}

func (m *spare) free(part []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for class, size := range partBytes {
		if cap(part) == size && len(m.parts[class]) < spareBytes/size {
			m.parts[class] = append(m.parts[class], part[:0])
		}
	}
}

func (m *spare) hash() hash.Hash {
	if n := len(m.sums); n > 0 {
		sum := m.sums[n-1]
		m.sums = m.sums[:n-1]
		return sum
	}
	return sha256.New()
}

// release takes back what a body held.
func (m *spare) release(b *growingBody) {
	if b.part != nil {
		m.free(b.part)
	}
	if b.sum != nil && len(m.sums) < 1000 {
		b.sum.Reset()
		m.sums = append(m.sums, b.sum)
	}
}
