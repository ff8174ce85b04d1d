package capture

import (
	"fmt"

	"runnertape"
)

// exchange is one exchange that is being read.
type exchange struct {
	rd      *reader
	x       *runnertape.Exchange
	ended   bool                // it was put for good
	sides   [2]progress         // by side
	failure *runnertape.Failure // nil unless it broke off
}

// progress is how far one side of an exchange is.
type progress struct {
	over   bool
	broken bool  // before its end
	kept   int64 // content bytes that were captured
	gaps   int64 // places where some were not
	lost   int64 // how many were not
	first  int64 // where the first of them stood
	end    int64 // where the last gap ended
}

func (e *exchange) at(side runnertape.Side) *progress { return &e.sides[side-runnertape.RequestSide] }

func (e *exchange) body(side runnertape.Side) *runnertape.Body {
	if side == runnertape.RequestSide {
		return &e.x.Request.Body
	}
	if e.x.Response == nil {
		return new(runnertape.Body)
	}
	return &e.x.Response.Body
}

func (e *exchange) framing(side runnertape.Side) runnertape.Framing { return e.body(side).Framing }

// publish puts e as it is now.
func (e *exchange) publish() {
	if e.x.ID == 0 { // the first time
		e.rd.lastID++
		e.rd.summary.Exchanges++
		e.x.ID = e.rd.lastID
	}
	x := *e.x
	if x.Response != nil {
		r := *x.Response
		x.Response = &r
	}
	x.Interim = x.Interim[:len(x.Interim):len(x.Interim)]
	if err := e.rd.sink.Put(&x); err != nil {
		e.rd.fail(err)
	}
}

// write passes content on.
func (e *exchange) write(side runnertape.Side, p []byte) {
	if e.ended || e.rd.err != nil {
		return
	}
	e.at(side).kept += int64(len(p))
	if err := e.rd.sink.Write(e.x.ID, side, p); err != nil {
		e.rd.fail(err)
	}
}

// lose notes that n bytes of content were not captured.
func (e *exchange) lose(side runnertape.Side, n int64) {
	p := e.at(side)
	where := p.kept + p.lost
	switch {
	case n == 0:
		return
	case p.gaps == 0:
		p.first = where
		p.gaps = 1
	case p.end != where:
		p.gaps++
	}
	p.lost += n
	p.end = where + n
}

// breakOff notes that a side will not be read to its end, and why; "" if what is missing is the reason.
func (e *exchange) breakOff(side runnertape.Side, why string) {
	p := e.at(side)
	if p.over {
		return
	}
	p.broken = true
	if why != "" && e.failure == nil {
		e.failure = &runnertape.Failure{Side: side, Text: why, Byte: p.kept + p.lost}
	}
	e.over(side, nil)
}

// over notes that a side has ended. With both the exchange has.
func (e *exchange) over(side runnertape.Side, trailer runnertape.Header) {
	p := e.at(side)
	if p.over {
		return
	}
	p.over = true
	if side == runnertape.RequestSide {
		e.x.Request.Trailer = trailer
	} else if e.x.Response != nil {
		e.x.Response.Trailer = trailer
	}
	if e.sides[0].over && e.sides[1].over {
		e.end()
	}
}

// end puts e for good.
func (e *exchange) end() {
	if e.ended {
		return
	}
	e.ended = true
	x := e.x
	x.State, x.Ended = runnertape.Done, e.rd.now
	for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
		p, b := e.at(side), e.body(side)
		b.Bytes = p.kept
		b.Truncated = p.lost > 0 || p.broken
	}
	x.Failure = e.blame()
	e.publish()
}

// blame is what went wrong: what was not captured, and what broke e off.
func (e *exchange) blame() *runnertape.Failure {
	for _, side := range []runnertape.Side{runnertape.ResponseSide, runnertape.RequestSide} {
		p := e.at(side)
		if p.gaps == 0 {
			continue
		}
		f := &runnertape.Failure{Side: side, Byte: p.first, Text: fmt.Sprintf("%d bytes at byte %d were not captured", p.lost, p.first)}
		if p.gaps > 1 {
			f.Text = fmt.Sprintf("%d bytes at %d places, the first at byte %d, were not captured", p.lost, p.gaps, p.first)
		}
		if e.failure != nil {
			f.Text += "; " + e.failure.Text
		}
		return f
	}
	if e.failure == nil && (e.sides[0].broken || e.sides[1].broken) {
		side := runnertape.RequestSide
		if e.sides[1].broken {
			side = runnertape.ResponseSide
		}
		return &runnertape.Failure{Side: side, Text: "its end was not captured", Byte: e.at(side).kept}
	}
	return e.failure
}
