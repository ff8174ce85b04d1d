package redact

import (
	"fmt"
	"hash/crc32"

	"runnertape"
	"runnertape/decode"
)

// Next is who keeps what a Sink has redacted and decoded. Its methods are those
// of a recorder's sink.
type Next interface {
	Put(x *runnertape.Exchange) error
	Write(id uint64, side runnertape.Side, p []byte) error
	Commit() error
}

// Sink redacts and decodes exchanges on their way from the recorder to the store.
// It is used by one goroutine.
type Sink struct {
	next    Next
	secrets *Redactor // nil: secrets are kept
	decoder *decode.Decoder
	live    map[uint64]*inFlight
	unused  []*inFlight // for the next exchanges
	polls   polls
	opaque  Opaque                                     // what becomes of opaque bodies
	ended   func(*runnertape.Exchange, decode.Message) // nil: nobody is told
	late    *late                                      // nil: what was passed on cannot be changed
}

// NewSink puts a Sink before next. With a nil Redactor everything is kept as it
// is, and only decoded. The function ended, if not nil, is told of each exchange
// that has ended, redacted and decoded.
func NewSink(next Next, r *Redactor, d *decode.Decoder, ended func(*runnertape.Exchange, decode.Message)) *Sink {
	s := &Sink{next: next, secrets: r, decoder: d, live: map[uint64]*inFlight{}, polls: polls{}, ended: ended}
	if r != nil {
		r.keepJournal()
		if keeper, ok := next.(Keeper); ok {
			r.watch()
			s.late = newLate(keeper)
		}
	}
	return s
}

// Put takes an exchange when its request head, its response head and its end
// have come. It is changed, and then belongs to next; but its header lists are only
// read, and those of next may be the same for several puts of one exchange.
func (s *Sink) Put(x *runnertape.Exchange) error {
	f := s.live[x.ID]
	if f == nil {
		f = s.begin(x)
	}
	if s.late != nil && !s.late.begun {
		s.late.begun, s.late.before = true, x.ID-1
	}
	if s.secrets != nil {
		f.learn(s.secrets, x)
	} else {
		f.headsCame(x)
	}
	if x.State != runnertape.Done {
		f.redact(s.secrets, x)
		if s.late != nil {
			if err := s.lookBack(x.ID); err != nil {
				return err
			}
			s.late.noteHeads(f, x)
		}
		return s.next.Put(x)
	}
	delete(s.live, x.ID)
	defer s.end(f)
	if err := s.judgeRest(f); err != nil {
		return err
	}
	if s.secrets != nil {
		if err := s.finish(f, x); err != nil {
			return err
		}
	}
	f.redact(s.secrets, x)
	if err := s.lookLate(f, x); err != nil {
		return err
	}
	if s.secrets != nil && f.endpoint == decode.PatchTrace {
		x.Request.Body.CRC32 = runnertape.CRC32{Sum: f.crc32, Known: true}
	}
	f.noteOpaque(x)
	x.Request.Body.Rewritten = x.Request.Body.Rewritten || f.parts[0].rewritten
	if x.Response != nil {
		x.Response.Body.Rewritten = x.Response.Body.Rewritten || f.parts[1].rewritten
	}
	var m decode.Message
	x.Decoded, m = s.decoder.Decode(x, decode.Bodies{Request: f.parts[0].head, Response: f.parts[1].head})
	if s.secrets != nil {
		s.secrets.follow(f, x, m)
	}
	if s.late != nil {
		s.late.noteHeads(f, x)
		if err := s.settle(); err != nil {
			return err
		}
	}
	if s.ended != nil {
		s.ended(x, m)
	}
	return s.next.Put(x)
}

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

// Commit makes everything passed on durable.
func (s *Sink) Commit() error { return s.next.Commit() }

func (s *Sink) pass(f *inFlight, side runnertape.Side, b []byte) error {
	p := f.part(side)
	if len(p.span.was) > 0 {
		b = p.span.take(b)
		if len(p.span.edits) > 0 {
			s.late.by = f.id
			if err := s.apply(&p.span); err != nil {
				return fmt.Errorf("put a stand-in over what was passed on: %w", err)
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
	if s.late != nil && p.streams {
		s.late.noteText(f.id, p, b)
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
		case p.streams && brokeOff(x, side):
			rest, _ = p.stream.Cut()
		case p.streams:
			rest = p.stream.End()
		case p.poll && len(p.content) > 0 && !p.tooLong:
			rest = s.polls.redacted(s.secrets, p, f.header(side))
		case len(p.content) > 0 || p.tooLong:
			rest = p.redacted(s.secrets, f.header(side))
		}
		if s.late != nil && !p.streams && !p.leftOut {
			s.late.noteHeld(f.id, p, rest)
		}
		if err := s.pass(f, side, rest); err != nil {
			return fmt.Errorf("%s body of exchange %d: %w", side, f.id, err)
		}
	}
	return nil
}

// brokeOff tells that a body is not whole.
func brokeOff(x *runnertape.Exchange, side runnertape.Side) bool {
	if side == runnertape.RequestSide {
		return x.Request.Body.Truncated
	}
	return x.Response != nil && x.Response.Body.Truncated
}
