package redact

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"runnertape"
)

// late is what a Sink needs to change what its Next has kept, when a secret shows itself that
// was passed on when nobody knew it.
type late struct {
	keeper  Keeper
	sketch  *sketch
	traces  *traces
	lately  lately
	before  uint64          // exchanges up to this one are in no sketch yet
	started bool            // the latest of those were looked at
	last    uint64          // of those that were kept before the Sink
	changed map[uint64]bool // exchanges changed since the last scrub
	by      uint64          // exchange that made that necessary
	tell    func(id uint64, exchanges int)
	line    []byte
	owed    owed
	atOnce  uint64 // exchanges that are read at once
	credit  credit // to read them with
	owing   owing
}

func newLate(k Keeper) *late {
	return &late{keeper: k, sketch: newSketch(), traces: newTraces(), last: k.LastID(), before: k.LastID(), changed: map[uint64]bool{}, atOnce: maxAtOnce, credit: firstCredit}
}

// OnLate names who is told when secrets that showed themselves in exchange id were found in exchanges
// that had been passed on, and how many of those were changed. Without a Keeper nobody is.
func (s *Sink) OnLate(tell func(id uint64, exchanges int)) {
	if s.late != nil {
		s.late.tell = tell
	}
}

// maxRounds bounds how often what was found leads to more.
const maxRounds = 4

// lookBack looks for what was learned since it was called last in what was passed on.
func (s *Sink) lookBack(id uint64) error {
	l := s.late
	if l == nil {
		return nil
	}
	l.by = id
	for range maxRounds {
		fresh := s.secrets.takeFresh()
		if len(fresh) == 0 {
			break
		}
		for _, secret := range fresh {
			l.lately.add(secret)
		}
		s.sought(fresh)
		where := l.sketch.find(fresh)
		if err := s.lookAtBefore(); err != nil {
			return err
		}
		if err := s.lookWhere(where); err != nil {
			return err
		}
		if err := s.reopen(fresh); err != nil {
			return err
		}
	}
	s.unowe()
	return nil
}

// lookLate does for an exchange that ends, but is not put yet, what has to be done for what was learned late.
func (s *Sink) lookLate(f *inFlight, x *runnertape.Exchange) error {
	l := s.late
	if l == nil {
		return nil
	}
	learned := l.lately.count
	if err := s.lookBack(f.id); err != nil {
		return err
	}
	if err := s.lookAgain(f); err != nil {
		return err
	}
	if l.lately.count != learned {
		f.redact(s.secrets, x)
	}
	if !f.stale && !l.changed[f.id] {
		return nil
	}
	for _, side := range sides { // what is to be decoded may have changed
		p := f.part(side)
		if len(p.head) == 0 || !p.streams || p.leftOut {
			continue
		}
		r, err := l.keeper.BodyAt(f.id, side, 0)
		if err == nil {
			_, err = io.ReadFull(r, p.head)
			err = errors.Join(err, r.Close())
		}
		if err != nil {
			return fmt.Errorf("read what is kept of exchange %d: %w", f.id, err)
		}
	}
	return nil
}

// lookAgain looks at an exchange that ends for what was learned while its bodies passed: half of it may have been
// passed on before, and half after.
func (s *Sink) lookAgain(f *inFlight) error {
	l := s.late
	if l == nil || !f.streamed || f.since == l.lately.count {
		return nil
	}
	own, where := ranges{{f.id, f.id}}, f.chain
	if len(where) == 0 {
		where = own
	}
	secrets, ok := l.lately.since(f.since)
	if ok && !l.sketch.find(secrets).meets(where) {
		return nil
	}
	s.sought(secrets)
	if l.credit <= 0 && where.count() > 1 {
		s.putOff(where)
		return s.newRewriter(false).runs(own)
	}
	if err := s.newRewriter(false).runs(where); err != nil {
		return err
	}
	if f.trace.after != nil {
		f.trace.after.lookedAt(l.lately.count)
	}
	return nil
}

// ErrLeft is in an error that ends the recording and leaves behind what was to be replaced.
var ErrLeft = errors.New("a secret may still be in what was recorded before it showed itself")

func stillThere(err error) error { return fmt.Errorf("%w: %w", ErrLeft, err) }

// settle makes the changes durable.
func (s *Sink) settle() error {
	l := s.late
	if len(l.changed) == 0 {
		return nil
	}
	n := len(l.changed)
	clear(l.changed)
	s.unowe()
	if err := l.keeper.Scrub(s.edit); err != nil {
		return stillThere(err)
	}
	if l.tell != nil {
		l.tell(l.by, n)
	}
	return nil
}

func (s *Sink) edit(text []byte) (changed bool) {
	was := bytes.Clone(text)
	s.secrets.look(func(r *Redactor) { // there are parts of all kinds of bodies
		r.literal(text, maxInside)
		r.form(text)
		r.parts(text)
		r.pieces(text)
	})
	return !bytes.Equal(was, text)
}

// changed notes that an exchange is being changed.
func (s *Sink) changed(id uint64) {
	s.owe()
	s.late.changed[id] = true
	if f := s.live[id]; f != nil {
		f.stale = true
	}
}
