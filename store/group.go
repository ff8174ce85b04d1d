package store

import (
	"bytes"
	"cmp"
	"slices"

	"go.etcd.io/bbolt"

	"runnertape"
)

// group is what the next transaction will write. Exchanges are in it as they
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
}

type keyed struct{ key, value []byte }

// underLoad tells whether so much came at once that time is worth more than room.
func (g *group) underLoad() bool { return g.packed >= zstdBytes }

func (g *group) empty() bool { return len(g.exchanges) == 0 && len(g.chunks) == 0 }

// reset forgets what was written, and keeps the memory unless it is more than usual.
func (g *group) reset() {
	clear(g.exchanges)
	clear(g.chunks)
	clear(g.plain)
	g.exchanges, g.chunks, g.plain, g.bytes, g.packed = g.exchanges[:0], g.chunks[:0], g.plain[:0], 0, 0
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

// putChunk takes part: an encoding byte, and content that is not compressed yet.
func (w *Writer) putChunk(l *live, side runnertape.Side, part []byte) {
	g, b := &w.group, l.body(side)
	value := part
	if !b.plain {
		from := len(g.values)
		g.values = w.compressor.appendChunk(g.values, part[1:], g.underLoad())
		g.packed += len(part)
		if compressed := g.values[from:len(g.values):len(g.values)]; pays(len(part), len(compressed)) {
			value = compressed
			w.spare.free(part)
		} else {
			b.plain = b.index == 0
			g.values = g.values[:from]
		}
	}
	if &value[0] == &part[0] {
		g.plain = append(g.plain, part)
	}
	g.chunks = append(g.chunks, keyed{bodyKey(l.id, side, b.index), value})
	g.bytes += bodyKeyBytes + len(value)
	b.index++
}

// write puts the group into tx in key order.
func (w *Writer) write(tx *bbolt.Tx) error {
	g := &w.group
	if err := w.renew(tx); err != nil {
		return err
	}
	if w.retention != nil {
		if err := w.retention.makeRoom(tx, g.bytes); err != nil {
			return err
		}
		if err := w.retention.enter(tx, g); err != nil {
			return err
		}
	}
	ended, inFlight := tx.Bucket(exchangesBucket), tx.Bucket(inFlightBucket)
	slices.SortFunc(g.exchanges, func(a, b *live) int { return cmp.Compare(a.id, b.id) })
	ended.FillPercent = g.fill(ended)
	for _, l := range g.exchanges {
		content := l.inlined()
		g.record = appendRecord(g.record[:0], l.x, &content)
		from := len(g.values)
		g.values = w.compressor.appendRecord(g.values, g.record, g.underLoad())
		value := g.values[from:len(g.values):len(g.values)]
		key := exchangeKey(l.id)
		if l.x.State != runnertape.Done {
			if err := inFlight.Put(key, value); err != nil {
				return err
			}
			continue
		}
		w.sampler.see(l.x, g.record)
		if l.kept {
			if err := inFlight.Delete(key); err != nil {
				return err
			}
		}
		if err := ended.Put(key, value); err != nil {
			return err
		}
	}
	bodies := tx.Bucket(bodiesBucket)
	bodies.FillPercent = 1 // keys mostly grow
	slices.SortFunc(g.chunks, func(a, b keyed) int { return bytes.Compare(a.key, b.key) })
	for _, c := range g.chunks {
		if err := bodies.Put(c.key, c.value); err != nil {
			return err
		}
	}
	return nil
}

// fill is how full a leaf is to be when it is split: to the brim if keys follow
// those that are there; to the half if some come between, as those of long polls
// do, since a leaf that is full would be split by each of them.
func (g *group) fill(ended *bbolt.Bucket) float64 {
	last, _ := ended.Cursor().Last()
	for _, l := range g.exchanges {
		if l.x.State == runnertape.Done && bytes.Compare(exchangeKey(l.id), last) < 0 {
			return 0.5
		}
	}
	return 1
}

// written takes back the memory of what a transaction has written.
func (w *Writer) written() {
	for _, l := range w.group.exchanges {
		l.pending = false
		if l.kept = l.x.State != runnertape.Done; !l.kept {
			w.spare.release(&l.bodies[0])
			w.spare.release(&l.bodies[1])
		}
	}
	for _, part := range w.group.plain {
		w.spare.free(part)
	}
	w.group.reset()
}
