package store

import "runnertape"

// group is what one transaction writes. While it is filled, exchanges are in it as they
// are, not as values: of one that is put three times within a group only the
// last state is ever encoded.
type group struct {
	exchanges []*live
	chunks    []keyed
	bytes     int      // about what it holds
	packed    int      // content bytes of chunks that were compressed, or tried to
	values    []byte   // of chunks and exchanges; bbolt reads them until the transaction has ended
	plain     [][]byte // values of chunks that are not compressed, to be given back
	record    []byte   // room for one record
	owes      bool     // the file gets another note of what is owed
	owed      []byte   // that note

	encoded // what becomes of exchanges when it is written
}

type keyed struct{ key, value []byte }

// underLoad tells whether so much came at once that time is worth more than room.
func (g *group) underLoad() bool { return g.packed >= zstdBytes }

func (g *group) empty() bool { return len(g.exchanges) == 0 && len(g.chunks) == 0 }

// reset forgets what was written, and keeps the memory unless it is more than usual.
func (g *group) reset() {
	clear(g.chunks)
	clear(g.plain)
	g.chunks, g.plain, g.bytes, g.packed = g.chunks[:0], g.plain[:0], 0, 0
	g.owes, g.owed = false, nil
	g.encoded.reset()
	if g.values = g.values[:0]; cap(g.values) > 2*GroupBytes {
		g.values = nil
	}
	if g.record = g.record[:0]; cap(g.record) > ChunkBytes {
		g.record = nil
	}
}

func (g *group) putExchange(l *live) {
	g.bytes += sizeOf(l.x)
	if !l.pending {
		l.pending = true
		g.exchanges = append(g.exchanges, l)
	}
}

// sizeOf is about what x takes in memory.
func sizeOf(x *runnertape.Exchange) int {
	n := 512 + len(x.Request.Target) + sizeOfHeader(x.Request.Header)
	if x.Response != nil {
		n += sizeOfHeader(x.Response.Header)
	}
	if x.Decoded != nil {
		n += len(x.Decoded.Message)
	}
	return n
}

func sizeOfHeader(h runnertape.Header) int {
	n := 0
	for i := range h {
		n += len(h[i].Name) + len(h[i].Value) + 32
	}
	return n
}
