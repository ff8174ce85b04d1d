package redact

import (
	"slices"

	"runnertape"
	"runnertape/decode"
)

// patch is a request body that is a piece of a trace.
type patch struct {
	tracked    bool // it says where it begins, and is not over
	ended      bool // it was, and is
	job, start int64
	before     *cut // where an earlier patch ended and this one begins; nil if none is known
	after      *cut // where this one ended
	deepened   int  // how often before was when this one took what it holds
}

// begins notes that a body streams.
func (s *Sink) begins(f *inFlight, side runnertape.Side) {
	if s.late == nil {
		return
	}
	if !f.streamed {
		f.streamed, f.since = true, s.late.lately.count
	}
	if f.endpoint == decode.PatchTrace && side == runnertape.RequestSide {
		s.joinTrace(f, f.header(side))
	}
}

// joinTrace begins the body of a patch, with what was held back of the trace that it goes on.
func (s *Sink) joinTrace(f *inFlight, h runnertape.Header) {
	start, _, ok := decode.ParseContentRange(h.Get("Content-Range"))
	if f.trace.job == 0 || !ok {
		return
	}
	f.trace.tracked, f.trace.start = true, start
	c := s.late.traces.at(f.trace.job, start)
	if c == nil {
		return
	}
	p := f.part(runnertape.RequestSide)
	f.trace.before, f.trace.deepened, p.span, p.grams = c, c.deepened, c.held.again(), c.grams
	s.late.sketch.goesOn(&p.grams, c.ids())
	p.stream.resume(c.text)
}

// endTrace ends the body of a patch, and keeps what the next one needs.
func (s *Sink) endTrace(f *inFlight) error {
	if err := s.catchUp(f); err != nil {
		return err
	}
	p, t := f.part(runnertape.RequestSide), &f.trace
	t.tracked, t.ended = false, true
	text := p.stream.pause()
	held := text.text.source()
	earlier := p.span.again()
	rest, sure := p.stream.Cut()
	rest = slices.Clone(rest)
	guessed := sure < len(rest)
	if guessed {
		p.span.stay(rest, sure)
	}
	own := len(held) - len(earlier.was)
	c := &cut{end: t.start + p.came, text: text, held: span{was: held, places: earlier.places}}
	if own > 0 {
		c.held.places = append(c.held.places, place{f.id, runnertape.RequestSide, p.came - int64(own), own})
	}
	if err := s.pass(f, runnertape.RequestSide, rest); err != nil {
		return err
	}
	c.held.kept, c.held.guessed = append(earlier.kept, rest[len(rest)-own:]...), guessed || earlier.guessed
	if len(held) > maxHeld {
		c.text, c.held = paused{}, span{}
	}
	c.grams, c.chain = p.grams, t.before.join(f.id, int(p.came), f.since)
	f.chain, f.since, t.after = c.ids(), c.since(), c
	s.late.traces.add(t.job, c)
	s.endStream(p)
	return nil
}
