package proxy

import (
	"net"

	"runnertape"
	"runnertape/proxy/http1"
)

// passing carries one message from one connection to another, and records its content.
type passing struct {
	in    *inlet
	out   net.Conn
	e     *exchanging
	side  runnertape.Side
	body  *http1.Body
	lead  *buffer // head, to be passed on with the first bytes of the body; nil when it has been
	early bool    // all content is recorded before it is passed on: it may declare a secret that the other side uses at once
	last  func()  // called before the last bytes are passed on; may be nil

	spans []http1.Span
}

// run passes the message on up to its end, or to that of a connection. What
// went wrong on the side it goes to is an outError.
func (f *passing) run() error {
	for {
		held := f.in.held()
		n, spans, done, err := f.body.Next(held, f.spans[:0])
		f.spans = spans
		if err := f.pass(held[:n], done); err != nil {
			return outError{err}
		}
		if done || err != nil {
			if len(f.in.held()) == 0 {
				f.in.resize(smallBuffer)
			}
			return err
		}
		if f.body.Coming() > smallBuffer || f.in.filled() {
			f.in.resize(largeBuffer)
		}
		if err := f.in.fill(); err != nil {
			return err
		}
	}
}

// hold takes the message in instead of passing it on: as it was on the wire, and
// its content, which is recorded. It stops above limit, and ends as run does.
func (f *passing) hold(limit int) (wire, content []byte, err error) {
	for {
		held := f.in.held()
		n, spans, done, err := f.body.Next(held, f.spans[:0])
		f.spans = spans
		wire = append(wire, held[:n]...)
		before := len(content)
		for _, s := range spans {
			content = append(content, held[s.From:s.To]...)
		}
		f.record(held)
		f.e.passed(f.side, len(content)-before)
		f.in.skip(n)
		switch {
		case done || err != nil:
			return wire, content, err
		case len(wire) > limit:
			return wire, nil, errTooLarge
		}
		if err := f.in.fill(); err != nil {
			return wire, content, err
		}
	}
}

// outError is what went wrong on the side that a message goes to.
type outError struct{ error }

// pass passes p on, which holds the content in spans, and skips it.
func (f *passing) pass(p []byte, done bool) error {
	size := 0
	for _, s := range f.spans {
		size += s.To - s.From
	}
	hand := !f.early && size >= largeBuffer/2 && len(f.in.buf.room) == largeBuffer && (!done || f.last == nil)
	if !hand {
		f.record(p)
		f.e.passed(f.side, size)
	}
	if done && f.side == runnertape.ResponseSide {
		f.e.answer()
	}
	if done && f.last != nil {
		f.last()
	}
	if err := f.write(p); err != nil {
		return err
	}
	if !hand {
		f.in.skip(len(p))
		return nil
	}
	f.e.passed(f.side, size)
	f.handOver(p, size)
	return nil
}

// setLead makes the lead what edit appends.
func (f *passing) setLead(edit func([]byte) []byte) {
	b := takeBuffer(smallBuffer)
	room := edit(b.room[:0])
	if len(room) > len(b.room) { // it outgrew the buffer
		b.free()
		b = &buffer{room: room[:cap(room)]}
	}
	b.to = len(room)
	f.lead = b
}

// write passes p on, behind the lead if that is still to come.
func (f *passing) write(p []byte) error {
	if lead := f.lead; lead != nil {
		f.lead = nil
		defer lead.free()
		p = append(lead.bytes(), p...)
	}
	if len(p) == 0 {
		return nil
	}
	_, err := f.out.Write(p)
	return err
}

// record queues copies of the content in p.
func (f *passing) record(p []byte) {
	if f.e.id == 0 {
		return
	}
	for _, s := range f.spans {
		f.e.pair.rec.queue.write(f.e.id, f.side, p[s.From:s.To])
	}
}

// handOver gives the queue the buffer that p is in, which saves a copy. The
// content is moved together where chunk framing was between.
func (f *passing) handOver(p []byte, size int) {
	if f.e.id == 0 {
		f.in.skip(len(p))
		return
	}
	at := f.spans[0].From
	for _, s := range f.spans {
		at += copy(p[at:], p[s.From:s.To])
	}
	b := f.in.handOver(len(p))
	b.from += f.spans[0].From
	b.to = b.from + size
	f.e.pair.rec.queue.hand(f.e.id, f.side, b)
}
