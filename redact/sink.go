package redact

import (
	"fmt"

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
	ended   func(*runnertape.Exchange, decode.Message) // nil: nobody is told
}

// NewSink puts a Sink before next. With a nil Redactor everything is kept as it
// is, and only decoded. The function ended, if not nil, is told of each exchange
// that has ended, redacted and decoded.
func NewSink(next Next, r *Redactor, d *decode.Decoder, ended func(*runnertape.Exchange, decode.Message)) *Sink {
	return &Sink{next: next, secrets: r, decoder: d, live: map[uint64]*inFlight{}, ended: ended}
}

// Put takes an exchange when its request head, its response head and its end
// have come.
func (s *Sink) Put(x *runnertape.Exchange) error {
	f := s.live[x.ID]
	if f == nil {
		f = newInFlight(x)
		s.live[x.ID] = f
	}
	f.headCame(x)
	if s.secrets != nil {
		s.secrets.learnExchange(x)
	}
	if x.State != runnertape.Done {
		return s.next.Put(s.secrets.exchange(x))
	}
	delete(s.live, x.ID)
	if s.secrets != nil {
		if err := s.finish(f); err != nil {
			return err
		}
	}
	out := s.secrets.exchange(x)
	out.Request.Body.Rewritten = out.Request.Body.Rewritten || f.parts[0].rewritten
	if out.Response != nil {
		out.Response.Body.Rewritten = out.Response.Body.Rewritten || f.parts[1].rewritten
	}
	var m decode.Message
	out.Decoded, m = s.decoder.Decode(out, decode.Bodies{Request: f.parts[0].head, Response: f.parts[1].head})
	if s.ended != nil {
		s.ended(out, m)
	}
	return s.next.Put(out)
}

// Write takes a piece of a body.
func (s *Sink) Write(id uint64, side runnertape.Side, b []byte) error {
	f := s.live[id]
	if f == nil {
		return fmt.Errorf("bytes of exchange %d, which has not begun", id)
	}
	p := f.part(side)
	if s.secrets == nil {
		return s.pass(id, side, p, b)
	}
	if p.hold(b) {
		if p.mayBeWhole() { // the client has not got all of it yet: what it learns from it is known in time
			p.learn(s.secrets, f.header(side))
			p.end.whole = false // only garbage could follow: do not read it all again for each piece
		}
		return nil
	}
	if p.stream == nil {
		p.stream = s.secrets.NewStream()
		if err := s.pass(id, side, p, p.stream.Write(p.content)); err != nil {
			return err
		}
		p.content = nil
	}
	return s.pass(id, side, p, p.stream.Write(b))
}

// Commit makes everything passed on durable.
func (s *Sink) Commit() error { return s.next.Commit() }

func (s *Sink) pass(id uint64, side runnertape.Side, p *part, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	p.keepHead(b)
	return s.next.Write(id, side, b)
}

// finish passes on what was held of the bodies. Each may tell a secret of the other.
func (s *Sink) finish(f *inFlight) error {
	for _, side := range sides {
		f.part(side).learn(s.secrets, f.header(side))
	}
	for _, side := range sides {
		p := f.part(side)
		var rest []byte
		switch {
		case p.stream != nil:
			rest = p.stream.End()
		case p.content != nil || p.tooLong:
			rest = p.redacted(s.secrets, f.header(side))
		}
		if err := s.pass(f.x.ID, side, p, rest); err != nil {
			return fmt.Errorf("%s body of exchange %d: %w", side, f.x.ID, err)
		}
	}
	return nil
}
