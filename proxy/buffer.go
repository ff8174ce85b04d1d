package proxy

import "sync"

// The sizes of pooled buffers. Most messages are a few hundred bytes; a large
// buffer for each would fill the queue's room with nothing.
const (
	smallBuffer  = 4 << 10
	middleBuffer = 16 << 10
	largeBuffer  = 64 << 10
)

var bufferPools = [3]sync.Pool{
	{New: func() any { return &buffer{room: make([]byte, smallBuffer)} }},
	{New: func() any { return &buffer{room: make([]byte, middleBuffer)} }},
	{New: func() any { return &buffer{room: make([]byte, largeBuffer)} }},
}

// buffer is room with bytes in it.
type buffer struct {
	room     []byte
	from, to int // the bytes in use
}

func poolFor(n int) *sync.Pool {
	switch {
	case n <= smallBuffer:
		return &bufferPools[0]
	case n <= middleBuffer:
		return &bufferPools[1]
	}
	return &bufferPools[2]
}

// takeBuffer returns an empty buffer with room for n bytes, at most largeBuffer.
func takeBuffer(n int) *buffer {
	b := poolFor(n).Get().(*buffer)
	b.from, b.to = 0, 0
	return b
}

func (b *buffer) bytes() []byte { return b.room[b.from:b.to] }

// free gives the room back; one that grew is left to the garbage collector.
func (b *buffer) free() {
	switch len(b.room) {
	case smallBuffer, middleBuffer, largeBuffer:
		poolFor(len(b.room)).Put(b)
	}
}
