package store

import (
	"bytes"
	"errors"
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

// Amend replaces an exchange. Its bodies stay, and what x says of their stored size and digest is
// filled in. x is the Writer's from then on.
//
// What Amend, Overwrite and Replace change is read back as changed at once. It is on disk after the
// next Commit, and what was there before is in the file until the next Scrub. They fail with
// [ErrNoExchange] if there is no exchange of that id.
func (w *Writer) Amend(x *runnertape.Exchange) error {
	if done, err := w.elsewhere(x.ID, func(e *Writer) error { return e.Amend(x) }); done {
		return err
	}
	if err := w.change(); err != nil {
		return err
	}
	if l := w.live[x.ID]; l != nil {
		if x.State == runnertape.Done {
			return fmt.Errorf("amend exchange %d: it has not ended", x.ID)
		}
		l.x = x
		w.group.putExchange(l)
		return nil
	}
	k, err := w.stored(x.ID)
	if err != nil {
		return err
	}
	if x.State != k.x.State {
		return fmt.Errorf("amend exchange %d: it is %s, not %s", x.ID, k.x.State, x.State)
	}
	was := bodiesOf(k.x)
	for i, b := range bodiesOf(x) {
		if b != nil && was[i] != nil {
			b.Stored, b.SHA256 = was[i].Stored, was[i].SHA256
		}
	}
	k.x, k.record = x, true
	return w.changed()
}

// Overwrite puts p where bytes of a body are, from content byte offset on: the length stays. p is not
// retained.
func (w *Writer) Overwrite(id uint64, side runnertape.Side, offset int64, p []byte) error {
	if done, err := w.elsewhere(id, func(e *Writer) error { return e.Overwrite(id, side, offset, p) }); done {
		return err
	}
	if err := w.change(); err != nil || len(p) == 0 {
		return err
	}
	missing := fmt.Errorf("overwrite %s body of exchange %d: it has no bytes %d to %d", side, id, offset, offset+int64(len(p))-1)
	if l := w.live[id]; l != nil {
		b := l.body(side)
		if offset < 0 || offset > b.size-int64(len(p)) {
			return missing
		}
		w.overwriteLive(l, side, patch{offset, p})
		return w.changed()
	}
	k, err := w.stored(id)
	if err != nil {
		return err
	}
	c, i := k.body(side), side-runnertape.RequestSide
	size := int64(1 << 62) // what was in flight when its recorder was killed does not say
	if b := bodiesOf(k.x)[i]; k.x.State == runnertape.Done && b != nil {
		size = b.Stored
	}
	if offset < 0 || offset > size-int64(len(p)) {
		return missing
	}
	change := patch{offset, bytes.Clone(p)}
	if c.replaced {
		change.put(c.content, 0)
		return nil
	}
	if inline := k.content[i]; inline != nil {
		k.record = change.put(inline, 0) || k.record
		if k.x.State == runnertape.Done {
			return w.changed()
		}
	}
	c.patches = append(c.patches, change)
	w.changes.bytes += len(p) + 64
	return w.changed()
}

// overwriteLive changes what is in memory, and has what is in chunks changed.
func (w *Writer) overwriteLive(l *live, side runnertape.Side, change patch) {
	b := l.body(side)
	b.stale = b.sum != nil
	began := int64(b.index) * ChunkBytes
	if b.part != nil {
		change.put(b.part[1:], began)
	}
	if l.x != nil {
		w.group.putExchange(l) // its record may have the first bytes
	}
	if change.offset < began {
		change.p = bytes.Clone(change.p[:min(int64(len(change.p)), began-change.offset)])
		c := w.changes.get(l.id).body(side)
		c.patches = append(c.patches, change)
		w.changes.bytes += len(change.p) + 64
	}
}

// Replace gives a body of an exchange that has ended other content, of any length. content is not
// retained.
func (w *Writer) Replace(id uint64, side runnertape.Side, content []byte) error {
	if done, err := w.elsewhere(id, func(e *Writer) error { return e.Replace(id, side, content) }); done {
		return err
	}
	if err := w.change(); err != nil {
		return err
	}
	refused := errors.New("it has not ended")
	if w.live[id] == nil {
		k, err := w.stored(id)
		if err != nil {
			return err
		}
		if b := bodiesOf(k.x)[side-runnertape.RequestSide]; b == nil {
			refused = errors.New("there is none")
		} else if k.x.State == runnertape.Done {
			b.Stored = int64(len(content))
			*k.body(side) = bodyChange{replaced: true, content: bytes.Clone(content)}
			k.record = true
			w.changes.bytes += len(content)
			return w.changed()
		}
	}
	return fmt.Errorf("replace %s body of exchange %d: %w", side, id, refused)
}

// change makes ready for a change: everything put and written is in the file, which says that it
// is being changed.
func (w *Writer) change() error {
	if err := w.settleFresh(); err != nil || w.mark.state != scrubbed {
		return err
	}
	return w.setMark(mark{state: changing})
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
		if _, err := io.Copy(b.sum, r); err != nil {
			return w.fail(err)
		}
		b.stale = false
	}
	return nil
}
