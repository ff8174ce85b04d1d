package store

import (
	"hash"
	"sync"

	"runnertape"
)

// packing hashes and compresses chunks in a goroutine of its own, in the order in which they became full, while
// the Writer takes what follows: of the time that it takes to keep a log, that is most. Before the group is
// encoded, or a digest is looked at, it has to be waited for.
type packing struct {
	mu   sync.Mutex
	done *sync.Cond // a chunk is packed
	// guarded by mu
	chunks  []unpacked // the first is being packed
	waiting int        // bytes of those
	busy    bool       // the goroutine has not ended
	bytes   int        // of the group, that packed chunks take and nobody was told of
}

// unpacked is a chunk that is full, or the last of its body.
type unpacked struct {
	id    uint64
	side  runnertape.Side
	index uint32
	body  *growingBody
	sum   hash.Hash // of the body; nil if it would be wrong
	part  []byte    // encoding byte, and content that is not compressed yet
}

// most is what the chunk can take in a group.
func (c *unpacked) most() int { return bodyKeyBytes + len(c.part) }

func newPacking() *packing {
	p := &packing{}
	p.done = sync.NewCond(&p.mu)
	return p
}

// add takes a chunk, and waits while there are more than most bytes.
func (p *packing) add(c unpacked, most int, pack func(unpacked) int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.chunks = append(p.chunks, c)
	p.waiting += c.most()
	if !p.busy {
		p.busy = true
		go p.run(pack) // ends when no chunk is left; wait waits for that
	}
	for p.waiting > most {
		p.done.Wait()
	}
}

func (p *packing) run(pack func(unpacked) int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.chunks) > 0 {
		c := p.chunks[0]
		p.mu.Unlock()
		n := pack(c)
		p.mu.Lock()
		p.bytes += n
		p.waiting -= c.most()
		left := copy(p.chunks, p.chunks[1:])
		p.chunks[left] = unpacked{}
		p.chunks = p.chunks[:left]
		p.done.Broadcast()
	}
	p.busy = false
}

// wait waits until all chunks are packed. It is what they take in the group that nobody was told of.
func (p *packing) wait() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.chunks) > 0 {
		p.done.Wait()
	}
	n := p.bytes
	p.bytes = 0
	return n
}

// atMost is what wait would be, or more.
func (p *packing) atMost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes + p.waiting
}

// packShare is the part of a group that may wait to be packed.
const packShare = 8

// putChunk takes a chunk of a body.
func (w *Writer) putChunk(l *live, side runnertape.Side, part []byte) {
	b := l.body(side)
	c := unpacked{id: l.id, side: side, index: b.index, body: b, part: part}
	if !b.stale {
		c.sum = b.sum
	}
	b.index++
	w.packing.add(c, w.groupBytes/packShare, w.pack)
}

// pack puts a chunk into the group, and tells what it takes there. All that it changes is its own until it
// has been waited for.
func (w *Writer) pack(c unpacked) int {
	if c.sum != nil {
		c.sum.Write(c.part[1:])
	}
	g, value := w.group, c.part
	if !c.body.plain {
		from := len(g.values)
		g.values = w.compressor.appendChunk(g.values, c.part[1:], g.underLoad())
		g.packed += len(c.part)
		if compressed := g.values[from:len(g.values):len(g.values)]; pays(len(c.part), len(compressed)) {
			value = compressed
			w.spare.free(c.part)
		} else {
			c.body.plain = c.index == 0
			g.values = g.values[:from]
		}
	}
	if &value[0] == &c.part[0] {
		g.plain = append(g.plain, c.part)
	}
	g.chunks = append(g.chunks, keyed{bodyKey(c.id, c.side, c.index), value})
	return bodyKeyBytes + len(value)
}
