package redact

import (
	"errors"
	"fmt"
	"io"

	"runnertape"
)

// owing is what a Sink needs to leave a note of the secrets it looks for in what is kept, and to go on with the note of one
// that was killed.
type owing struct {
	note   note
	noted  bool    // the Keeper has the note
	seeker *Seeker // of the note of a Sink before, while there is something to look at
	next   uint64  // exchange that it looks at next
}

// sought notes secrets that are looked for. The Keeper is told when something is changed or put off.
func (s *Sink) sought(secrets []*secret) {
	if o := &s.late.owing; len(secrets) > 0 {
		o.note.add(secrets)
		o.noted = false
	}
}

// owe has the Keeper keep the note.
func (s *Sink) owe() {
	if o := &s.late.owing; !o.noted {
		s.late.keeper.Owe(o.note.text())
		o.noted = true
	}
}

// unowe takes the note away if nothing is left to do but to scrub.
func (s *Sink) unowe() {
	l := s.late
	o := &l.owing
	if (o.noted || len(o.note.StandIns) > 0) && o.seeker == nil && len(l.changed)+len(l.owed.now)+len(l.owed.then) == 0 {
		l.keeper.Owe(nil)
		o.note, o.noted = note{}, false
	}
}

// takeOver goes on with what a Sink before left a note of.
func (s *Sink) takeOver(text []byte) {
	if text == nil {
		return
	}
	l := s.late
	seeker, err := s.secrets.NewSeeker(text)
	if err != nil {
		return // the note stays
	}
	l.owing.note, _ = readNote(text)
	l.owing.seeker, l.owing.noted, l.owing.next = seeker, true, 1
}

// seekOn looks at some exchanges for what the note of a Sink before tells of.
func (s *Sink) seekOn() error {
	l := s.late
	o := &l.owing
	done := false
	for seen := 0; seen < maxSlice && !done; {
		some, err := s.list(idRange{o.next, l.last})
		if err != nil {
			return err
		}
		for _, x := range some {
			err := o.seeker.Exchange(x, func(id uint64, side runnertape.Side) (io.ReadCloser, error) { return l.keeper.BodyAt(id, side, 0) })
			if err != nil {
				return stillThere(fmt.Errorf("exchange %d: %w", x.ID, err))
			}
			o.next = x.ID + 1
		}
		seen, done = seen+len(some), len(some) == 0
	}
	if err := s.lookBack(0); err != nil || !done {
		return errors.Join(err, s.settle())
	}
	err := l.keeper.Scrub(func(text []byte) bool {
		o.seeker.look(text) // it may be left there alone
		return s.edit(text)
	})
	if err == nil {
		err = s.lookBack(0)
	}
	o.seeker = nil
	if err = errors.Join(err, s.settle()); err == nil {
		s.unowe()
	}
	return err
}
