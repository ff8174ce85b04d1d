package redact

import (
	"fmt"
	"maps"
	"slices"

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
	ended   func(*runnertape.Exchange, decode.Message)
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
	s.learn(x)
	if x.State != runnertape.Done {
		return s.next.Put(s.redacted(x))
	}
	delete(s.live, x.ID)
	for side, part := range f.parts {
		if err := s.finish(x, side, part); err != nil {
			return fmt.Errorf("%s body of exchange %d: %w", side, x.ID, err)
		}
	}
	out := s.redacted(x)
	f.parts[runnertape.RequestSide].note(&out.Request.Body)
	if out.Response != nil {
		f.parts[runnertape.ResponseSide].note(&out.Response.Body)
	}
	var m decode.Message
	out.Decoded, m = s.decoder.Decode(out, decode.Bodies{
		Request:  f.parts[runnertape.RequestSide].head,
		Response: f.parts[runnertape.ResponseSide].head,
	})
	if s.ended != nil {
		s.ended(out, m)
	}
	return s.next.Put(out)
}

// Write takes a piece of a body.
func (s *Sink) Write(id uint64, side runnertape.Side, p []byte) error {
	f := s.live[id]
	if f == nil {
		return fmt.Errorf("bytes of exchange %d, which has not begun", id)
	}
	part := f.parts[side]
	if s.secrets == nil {
		part.keepHead(p)
		return s.next.Write(id, side, p)
	}
	if part.hold(p) {
		if part.mayBeWhole() { // the client has not got it yet: what it learns from it is known in time
			part.declares(s.secrets, f.header(side))
		}
		return nil
	}
	if part.stream == nil {
		part.stream = s.secrets.NewStream()
	}
	return s.pass(id, side, part, part.stream.Write(p))
}

// Commit makes everything passed on durable.
func (s *Sink) Commit() error { return s.next.Commit() }

func (s *Sink) pass(id uint64, side runnertape.Side, part *part, p []byte) error {
	if len(p) == 0 {
		return nil
	}
	part.keepHead(p)
	return s.next.Write(id, side, p)
}

// finish passes on what was held of a body.
func (s *Sink) finish(x *runnertape.Exchange, side runnertape.Side, part *part) error {
	if part.stream != nil {
		return s.pass(x.ID, side, part, part.stream.End())
	}
	if !part.held {
		return nil
	}
	body, withheld := part.redacted(s.secrets, headerOf(x, side))
	if withheld {
		part.withheld = true
		return nil
	}
	return s.pass(x.ID, side, part, body)
}

func (s *Sink) learn(x *runnertape.Exchange) {
	if s.secrets == nil {
		return
	}
	s.secrets.learnHead(x.Request.Target, x.Request.Header)
	if x.Response != nil {
		s.secrets.learnHead("", x.Response.Header)
	}
}

// redacted is x with stand-ins. It shares nothing with x that is changed.
func (s *Sink) redacted(x *runnertape.Exchange) *runnertape.Exchange {
	out := *x
	if x.Response != nil {
		response := *x.Response
		out.Response = &response
	}
	if s.secrets == nil {
		return &out
	}
	r := s.secrets
	out.Request.Target = r.String(x.Request.Target)
	out.Request.Header = r.Header(x.Request.Header)
	out.Request.Trailer = r.Header(x.Request.Trailer)
	out.Interim = slices.Clone(x.Interim)
	for i := range out.Interim {
		out.Interim[i].Header = r.Header(out.Interim[i].Header)
	}
	if out.Response != nil {
		out.Response.Reason = r.String(out.Response.Reason)
		out.Response.Header = r.Header(out.Response.Header)
		out.Response.Trailer = r.Header(out.Response.Trailer)
	}
	if x.Failure != nil {
		failure := *x.Failure
		failure.Text = r.String(failure.Text)
		out.Failure = &failure
	}
	return &out
}

// Kept are the names of variables that were declared secret, but whose values
// stayed as they are, because they are too short or too common to be replaced
// wherever they stand. In order.
func (r *Redactor) Kept() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.kept))
}
