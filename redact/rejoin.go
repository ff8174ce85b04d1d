package redact

import (
	"bytes"
	"slices"

	"runnertape"
)

// catchUp has a patch in flight look further back if the end of the one before was deepened meanwhile: the beginning
// of a secret there has a stand-in now, and what this patch has of it looks like nothing without the beginning.
func (s *Sink) catchUp(f *inFlight) error {
	if !f.fallsBehind() {
		return nil
	}
	p := f.part(runnertape.RequestSide)
	if p.passed > maxHeld {
		return nil
	}
	at := f.trace.before.held.again()
	if p.passed > 0 {
		own := place{f.id, runnertape.RequestSide, 0, int(p.passed)}
		kept, err := s.keptOf(own)
		if err != nil {
			return err
		}
		at.feed(own, kept, kept)
	}
	return s.lookFurtherBack(f, runnertape.RequestSide, at)
}

// fallsBehind tells whether a patch in flight has to catch up, and that it does.
func (f *inFlight) fallsBehind() bool {
	if f == nil || !f.trace.tracked || f.trace.before == nil || f.trace.deepened == f.trace.before.deepened {
		return false
	}
	f.trace.deepened = f.trace.before.deepened
	return true
}

// lookFurtherBack has a body in flight be looked at again from where from begins, or what it holds does: from is kept, up to what
// was passed on of it.
func (s *Sink) lookFurtherBack(f *inFlight, side runnertape.Side, from span) error {
	p := f.part(side)
	if more := len(p.span.was) - len(from.was); more >= 0 {
		copy(p.span.kept[more:], from.kept)
		p.span.guessed = p.span.guessed || from.guessed
		from = p.span
	}
	var text paused
	text, p.span = p.stream.pause().deeper(p.span, from)
	p.stream.resume(text)
	return s.pass(f, side, p.stream.Write(nil))
}

// deeper is p, the beginning of which is kept in has, with more of what is kept before: from begins where a secret may begin that is
// known by now, and ends where has does. Who looked at what is kept may have put a stand-in over that beginning,
// so that nobody else can tell how it goes on.
func (p paused) deeper(has, from span) (paused, span) {
	more := len(from.was) - len(has.was)
	held := bytes.Clone(p.text.source())
	copy(held, p.text.now[:p.text.covered]) // of a secret there the beginning may be passed on already
	if p.text.part != 0 {
		held[p.text.covered] = p.text.now[p.text.covered]
	}
	was := from.was[:more]
	from.was = slices.Concat(was, has.was)
	from.guessed = from.guessed || has.guessed
	return paused{text: text{now: slices.Concat(was, held), git: p.text.git}}, from
}
