package redact

import (
	"fmt"
	"hash/crc32"

	"runnertape"
	"runnertape/decode"
)

// Write takes a piece of a body.
func (s *Sink) Write(id uint64, side runnertape.Side, b []byte) error {
	f := s.live[id]
	if f == nil {
		return fmt.Errorf("bytes of exchange %d, which has not begun", id)
	}
	p := f.part(side)
	if s.secrets == nil {
		return s.stream(f, side, b, false)
	}
	if f.endpoint == decode.PatchTrace && side == runnertape.RequestSide {
		f.crc32 = crc32.Update(f.crc32, crc32.IEEETable, b)
	}
	if p.hold(b) {
		if p.mayBeWhole() { // the client has not got all of it yet: what it learns from it is known in time
			s.learnBody(f, side)
			p.end.whole = false // only garbage could follow: do not read it all again for each piece
			return s.lookBack(id)
		}
		return nil
	}
	if err := s.catchUp(f); err != nil {
		return err
	}
	p.came += int64(len(b))
	if err := s.stream(f, side, b, false); err != nil {
		return err
	}
	if f.trace.tracked && side == runnertape.RequestSide && p.came == p.declared { // the next may come before this one has ended
		if err := s.endTrace(f); err != nil {
			return err
		}
	}
	return s.lookBack(id)
}

// stream passes on a piece of a body that is not held any longer than it takes to know whether it is
// opaque. Whole tells that nothing follows.
func (s *Sink) stream(f *inFlight, side runnertape.Side, b []byte, whole bool) error {
	p := f.part(side)
	if !p.streams {
		if len(p.content) > 0 || !p.judge(b, whole) {
			p.content = append(p.content, b...)
			b = p.content
		}
		if !p.judge(b, whole) {
			return nil
		}
		s.judged(p)
		p.content = p.content[:0] // b is still there
		p.streams = true
		if s.secrets != nil {
			s.beginStream(p)
			s.begins(f, side)
		}
	}
	p.leaveOut(b)
	switch {
	case p.leftOut && int64(len(p.head)) >= p.wants: // nobody needs more
		return nil
	case s.secrets == nil:
		return s.pass(f, side, b)
	case p.stream == nil: // there is more of a patch than it said
		s.beginStream(p)
	}
	return s.pass(f, side, p.stream.Write(b))
}

func (s *Sink) pass(f *inFlight, side runnertape.Side, b []byte) error {
	p := f.part(side)
	if len(p.span.was) > 0 {
		b = p.span.take(b)
		if len(p.span.edits) > 0 {
			s.late.by = f.id
			if err := s.apply(&p.span); err != nil {
				return stillThere(fmt.Errorf("put a stand-in over what was passed on: %w", err))
			}
		}
	}
	if len(b) == 0 {
		return nil
	}
	p.keepHead(b)
	if p.leftOut {
		return nil
	}
	if s.late != nil {
		s.late.credit.earn(creditPerByte * credit(len(b)))
		if p.streams {
			s.late.noteText(f.id, p, b)
		}
	}
	p.passed += int64(len(b))
	return s.next.Write(f.id, side, b)
}

// learnBody learns what a held body declares.
func (s *Sink) learnBody(f *inFlight, side runnertape.Side) {
	p := f.part(side)
	if p.learned || len(p.content) == 0 {
		return
	}
	if p.poll && s.polls.learn(s.secrets, p) {
		f.takeJournal(s.secrets)
		return
	}
	p.learn(s.secrets, f.header(side))
	own := len(f.declared)
	f.takeJournal(s.secrets)
	if p.poll {
		p.told = f.declared[own:]
	}
}
