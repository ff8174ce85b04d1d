package proxy

import (
	"fmt"
	"io"
	"net"

	"runnertape/proxy/http1"
)

// What is longer than these no Go peer would have taken either: they are the
// limits of net/http's server and client.
const (
	maxRequestHead  = 1 << 20
	maxResponseHead = 10 << 20
)

// inlet is what comes in by a connection. It holds the bytes that have been read
// from it and not yet passed on. Idle it has a small buffer: there may be thousands.
type inlet struct {
	conn net.Conn
	buf  *buffer
}

func newInlet(c net.Conn) *inlet { return &inlet{conn: c, buf: takeBuffer(smallBuffer)} }

// held are the bytes read and not yet skipped.
func (in *inlet) held() []byte { return in.buf.bytes() }

func (in *inlet) skip(n int) { in.buf.from += n }

// fill reads once. It makes room for that if there is none.
func (in *inlet) fill() error {
	b := in.buf
	if b.from == b.to {
		b.from, b.to = 0, 0
	}
	if b.to == len(b.room) {
		room := b.room
		if b.from == 0 {
			room = make([]byte, 2*len(b.room))
		}
		b.from, b.to = 0, copy(room, b.bytes())
		if len(room) > len(b.room) {
			in.buf = &buffer{room: room, to: b.to}
			b.free()
			b = in.buf
		}
	}
	n, err := in.conn.Read(b.room[b.to:])
	b.to += n
	if n > 0 {
		return nil // an error will be there the next time too
	}
	return err
}

// filled tells whether the last read left no room: there may be much more.
func (in *inlet) filled() bool { return in.buf.to == len(in.buf.room) }

// resize changes to a pooled buffer of that size, if the bytes held fit in.
func (in *inlet) resize(size int) {
	if len(in.buf.room) == size || len(in.held()) > size {
		return
	}
	b := takeBuffer(size)
	b.to = copy(b.room, in.held())
	in.buf.free()
	in.buf = b
}

// handOver gives the buffer away, with the first n bytes held, and goes on with
// another that has the rest.
func (in *inlet) handOver(n int) *buffer {
	b := in.buf
	in.buf = takeBuffer(largeBuffer)
	in.buf.to = copy(in.buf.room, b.bytes()[n:])
	b.to = b.from + n
	return b
}

// passUnread passes on all that comes, up to the end: what cannot be understood
// is not the recorder's to keep back. An outError is of the side it goes to.
func (in *inlet) passUnread(out io.Writer) error {
	for {
		if held := in.held(); len(held) > 0 {
			if _, err := out.Write(held); err != nil {
				return outError{err}
			}
			in.skip(len(held))
		}
		if err := in.fill(); err != nil {
			return err
		}
	}
}

// free gives the buffer back; nothing may be read any more.
func (in *inlet) free() { in.buf.free() }

// head reads until all of a head is held, and returns its length. Before that it
// calls first, if not nil, when bytes have come.
func (in *inlet) head(limit int, first func() error) (int, error) {
	for seen := 0; ; {
		if held := in.held(); len(held) > 0 {
			if first != nil {
				if err := first(); err != nil {
					return 0, err
				}
				first = nil
			}
			n := http1.HeadEnd(held, seen)
			if 0 < n && n <= limit {
				return n, nil
			}
			if seen = len(held); n > limit || seen > limit {
				return 0, http1.SyntaxError(fmt.Sprintf("its head has more than %d bytes", limit))
			}
		}
		if err := in.fill(); err != nil {
			return 0, err
		}
	}
}
