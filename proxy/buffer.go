package proxy

import "sync"

// maxBuffer is the largest buffer: what the copy loops read at once.
const maxBuffer = 32 << 10

// Most bodies are a few hundred bytes; a large buffer for each would fill the
// queue's room with nothing.
var (
	smallBuffers = sync.Pool{New: func() any { return &buffer{room: make([]byte, 4<<10)} }}
	largeBuffers = sync.Pool{New: func() any { return &buffer{room: make([]byte, maxBuffer)} }}
)

// buffer is pooled room with n bytes in it.
type buffer struct {
	room []byte
	n    int
}

func poolFor(n int) *sync.Pool {
	if n <= 4<<10 {
		return &smallBuffers
	}
	return &largeBuffers
}

// takeBuffer returns a buffer of n bytes, at most maxBuffer.
func takeBuffer(n int) *buffer {
	b := poolFor(n).Get().(*buffer)
	b.n = n
	return b
}

func (b *buffer) bytes() []byte { return b.room[:b.n] }

func (b *buffer) free() { poolFor(len(b.room)).Put(b) }
