package redact

import (
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
	streams []*Stream   // for the next bodies
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
			s.takeOver(keeper.Owed())
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
	f.parts[0].noteKept(&x.Request.Body)
	if x.Response != nil {
		f.parts[1].noteKept(&x.Response.Body)
	}
	var m decode.Message
	x.Decoded, m = s.decoder.Decode(x, decode.Bodies{Request: f.parts[0].head, Response: f.parts[1].head})
	if s.secrets != nil {
		s.secrets.follow(f, x, m)
	}
	if s.late != nil {
		s.late.credit.earn(creditPerExchange)
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

// Commit makes everything passed on durable.
func (s *Sink) Commit() error {
	if s.late != nil {
		if err := s.settle(); err != nil { // what is changed already need not wait for the exchange that made it necessary
			return err
		}
		if err := s.lookOn(); err != nil {
			return err
		}
	}
	return s.next.Commit()
}
