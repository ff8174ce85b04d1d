package store

import (
	"fmt"
	"io"
	"slices"

	"go.etcd.io/bbolt"

	"runnertape"
)

// changes are what Amend, Overwrite and Replace were asked for and is not in the file yet. What they
// are about is: a change waits for everything put and written before it.
type changes struct {
	of    map[uint64]*change
	bytes int // about what they hold
}

// change is what becomes of one exchange.
type change struct {
	id      uint64
	x       *runnertape.Exchange // as it is to be; nil if the Writer has it in flight
	content inlined              // of its record, as it is to be
	record  bool                 // its record differs from the one in the file
	bodies  [2]bodyChange
}

// bodyChange is what becomes of a body in chunks.
type bodyChange struct {
	patches  []patch // in the order in which they came
	replaced bool
	content  []byte // if it is replaced; then there are no patches
}

type patch struct {
	offset int64
	p      []byte
}

// put puts what part of p lies in content, which begins at content byte at of the body.
func (c patch) put(content []byte, at int64) (touched bool) {
	from, to := max(c.offset, at), min(c.offset+int64(len(c.p)), at+int64(len(content)))
	if from >= to {
		return false
	}
	copy(content[from-at:to-at], c.p[from-c.offset:])
	return true
}

func (c *changes) empty() bool { return len(c.of) == 0 }

func (c *changes) get(id uint64) *change {
	k := c.of[id]
	if k == nil {
		k = &change{id: id}
		if c.of == nil {
			c.of = map[uint64]*change{}
		}
		c.of[id] = k
		c.bytes += 256
	}
	return k
}

func (k *change) body(side runnertape.Side) *bodyChange {
	return &k.bodies[side-runnertape.RequestSide]
}

// stored is the change of an exchange that the Writer has not in flight, with what the file says of it.
func (w *Writer) stored(id uint64) (*change, error) {
	if k := w.changes.of[id]; k != nil {
		return k, nil
	}
	var x *runnertape.Exchange
	var content inlined
	err := w.reader.view(func(tx *bbolt.Tx) (err error) {
		value := lookUp(tx, id)
		if value == nil {
			return fmt.Errorf("%w: %d", ErrNoExchange, id)
		}
		x, content, err = w.reader.unpack.exchange(tx, nil, id, value)
		for i := range content {
			content[i] = slices.Clone(content[i]) // it lives as long as the transaction only
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	k := w.changes.get(id)
	k.x, k.content = x, content
	w.changes.bytes += sizeOf(x) + len(content[0]) + len(content[1])
	return k, nil
}

// change makes ready for a change: everything put and written is in the file, which says that it
// is being changed.
func (w *Writer) change() error {
	if err := w.settleFresh(); err != nil {
		return err
	}
	return w.markChanging()
}

func (w *Writer) markChanging() error {
	if err := w.settle(); err != nil {
		return err
	}
	if w.mark.state == scrubbed {
		return w.setMark(mark{state: changing})
	}
	return w.setMark(w.mark)
}

// settleFresh commits if something was put or written since the last time.
func (w *Writer) settleFresh() error {
	if !w.fresh {
		return w.settle()
	}
	return w.Commit()
}

// changed makes room if there are many changes.
func (w *Writer) changed() error {
	if w.changes.bytes < w.groupBytes {
		return nil
	}
	return w.applyChanges()
}

// sumAnew reads bodies again that were overwritten while they grew.
func (w *Writer) sumAnew(l *live) error {
	for _, side := range sides {
		b := l.body(side)
		if !b.stale {
			continue
		}
		r, err := w.BodyAt(l.id, side, 0)
		if err != nil {
			return err
		}
		b.sum.Reset()
		if _, err := io.Copy(b.sum, io.LimitReader(r, b.began())); err != nil { // what follows is added by packing
			return w.fail(err)
		}
		b.stale = false
	}
	return nil
}
