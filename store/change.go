package store

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	"runnertape"
)

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
	if l := w.live[x.ID]; l != nil {
		if x.State == runnertape.Done {
			return fmt.Errorf("amend exchange %d: it has not ended", x.ID)
		}
		if err := w.markChanging(); err != nil {
			return err
		}
		l.x = x
		w.group.putExchange(l)
		return nil
	}
	if err := w.change(); err != nil {
		return err
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
	l := w.live[id]
	ready := w.change
	if l != nil && offset >= l.body(side).began() {
		ready = w.markChanging // all of it is in memory
	}
	if err := ready(); err != nil || len(p) == 0 {
		return err
	}
	size := int64(0)
	var k *change
	if l != nil {
		size = l.body(side).size
	} else {
		var err error
		if k, err = w.stored(id); err != nil {
			return err
		}
		size = k.size(side)
	}
	if offset < 0 || offset > size-int64(len(p)) {
		return fmt.Errorf("overwrite %s body of exchange %d: it has no bytes %d to %d", side, id, offset, offset+int64(len(p))-1)
	}
	if l != nil {
		w.overwriteLive(l, side, patch{offset, p})
	} else {
		w.overwriteStored(k, side, patch{offset, bytes.Clone(p)})
	}
	return w.changed()
}

// size is that of a body, as far as it is known.
func (k *change) size(side runnertape.Side) int64 {
	if k.x.State != runnertape.Done { // what was in flight when its recorder was killed does not say
		return math.MaxInt64
	}
	if b := bodiesOf(k.x)[side-runnertape.RequestSide]; b != nil {
		return b.Stored
	}
	return 0
}

func (w *Writer) overwriteStored(k *change, side runnertape.Side, change patch) {
	c, inline := k.body(side), k.content[side-runnertape.RequestSide]
	if c.replaced {
		change.put(c.content, 0)
		return
	}
	if inline != nil {
		k.record = change.put(inline, 0) || k.record
		if k.x.State == runnertape.Done {
			return
		}
	}
	c.patches = append(c.patches, change)
	w.changes.bytes += len(change.p) + 64
}

// overwriteLive changes what is in memory, and has what is in chunks changed.
func (w *Writer) overwriteLive(l *live, side runnertape.Side, change patch) {
	b := l.body(side)
	b.stale = b.sum != nil
	began := b.began()
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
