package redact

import (
	"fmt"

	"runnertape"
)

// finish passes on what was held of the bodies. Each may tell a secret of the other.
func (s *Sink) finish(f *inFlight, x *runnertape.Exchange) error {
	for _, side := range sides {
		s.learnBody(f, side)
	}
	for _, side := range sides {
		p := f.part(side)
		var rest []byte
		switch {
		case p.streams && f.trace.tracked && side == runnertape.RequestSide:
			if err := s.endTrace(f); err != nil {
				return err
			}
		case p.streams && p.stream == nil: // the patch has ended
		case p.streams && brokeOff(x, side):
			rest, _ = p.stream.Cut()
		case p.streams:
			rest = p.stream.End()
		case p.packed:
			continue
		case p.poll && len(p.content) > 0 && !p.tooLong:
			rest = s.polls.redacted(s.secrets, p)
		case len(p.content) > 0 || p.tooLong:
			rest = p.redacted(s.secrets)
		}
		if err := s.finishPart(f, side, rest); err != nil {
			return err
		}
	}
	return s.finishPacked(f)
}

// finishPacked is finish for packed bodies, in which nothing can be replaced before the exchange has ended: what shows
// itself at the end of all bodies may stand in them too.
func (s *Sink) finishPacked(f *inFlight) error {
	learned := s.secrets.changes()
	for _, side := range sides {
		if p := f.part(side); p.packed && !p.streams {
			p.redact(s.secrets)
		}
	}
	again := s.secrets.changes() != learned
	for _, side := range sides {
		p := f.part(side)
		if !p.packed || p.streams {
			continue
		}
		if again && p.err == nil {
			s.secrets.look(p.replace)
		}
		var rest []byte
		if len(p.content) > 0 || p.tooLong {
			rest = p.kept()
		}
		if err := s.finishPart(f, side, rest); err != nil {
			return err
		}
	}
	return nil
}

// finishPart passes on the rest of a body.
func (s *Sink) finishPart(f *inFlight, side runnertape.Side, rest []byte) error {
	p := f.part(side)
	if s.late != nil && !p.streams && !p.leftOut {
		s.late.noteHeld(f.id, p, rest)
	}
	if err := s.pass(f, side, rest); err != nil {
		return fmt.Errorf("%s body of exchange %d: %w", side, f.id, err)
	}
	s.endStream(p)
	return nil
}

// brokeOff tells that a body is not whole.
func brokeOff(x *runnertape.Exchange, side runnertape.Side) bool {
	if side == runnertape.RequestSide {
		return x.Request.Body.Truncated
	}
	return x.Response != nil && x.Response.Body.Truncated
}
