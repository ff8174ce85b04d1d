package redact

import (
	"bytes"
	"fmt"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// rewriter puts stand-ins into what is kept.
type rewriter struct {
	s       *Sink
	stream  *Stream
	traces  *traces
	buf     []byte
	note    bool // what is read is not in the sketch yet
	pays    bool // it stops when there is no credit
	stopped bool // for that reason
}

// batch is how many exchanges are read at once: a Keeper is not asked for changes while it lists them.
const batch = 32

func (s *Sink) newRewriter(note bool) *rewriter {
	return &rewriter{s: s, stream: s.secrets.NewStream(), traces: newTraces(), buf: make([]byte, 32<<10), note: note}
}

// runs looks at the exchanges of some runs.
func (w *rewriter) runs(where ranges) error {
	for _, run := range where {
		if err := w.run(run); err != nil || w.stopped {
			return err
		}
	}
	return nil
}

// run looks at the exchanges of a run.
func (w *rewriter) run(run idRange) error {
	for from := run.first; from <= run.last; {
		some, err := w.s.list(idRange{from, run.last})
		if err != nil || len(some) == 0 {
			return err
		}
		for _, x := range some {
			if w.stopped = w.pays && w.s.late.credit <= 0; w.stopped {
				return nil
			}
			w.s.late.credit -= creditPerLook
			if err := w.exchange(x); err != nil {
				return stillThere(fmt.Errorf("exchange %d: %w", x.ID, err))
			}
		}
		from = some[len(some)-1].ID + 1
	}
	return nil
}

// list gives the first exchanges of a run.
func (s *Sink) list(run idRange) (some []*runnertape.Exchange, err error) {
	for x, err := range s.late.keeper.Exchanges(run.first, run.last) {
		if err != nil {
			return nil, stillThere(err)
		}
		if some = append(some, x); len(some) == batch {
			break
		}
	}
	return some, nil
}

func (w *rewriter) exchange(kept *runnertape.Exchange) error {
	x, l := again(kept), w.s.late
	call := decode.Classify(x.Request.Method, x.Request.Path())
	if w.note {
		l.line = appendHeads(l.line[:0], x)
		l.sketch.addText(x.ID, l.line)
	}
	changed := w.s.secrets.lookAtHeads(call.Endpoint, x)
	rewritten, err := w.body(x, call, runnertape.RequestSide, x.Request.Header, &x.Request.Body)
	if err == nil && x.Response != nil {
		var also bool
		also, err = w.body(x, call, runnertape.ResponseSide, x.Response.Header, &x.Response.Body)
		rewritten = rewritten || also
	}
	if err != nil || !changed && !rewritten {
		return err
	}
	w.s.changed(x.ID)
	return l.keeper.Amend(x)
}

// again is a copy of an exchange whose texts can be changed.
func again(kept *runnertape.Exchange) *runnertape.Exchange {
	x := *kept
	x.Interim = slices.Clone(x.Interim)
	if x.Response != nil {
		response := *x.Response
		x.Response = &response
	}
	if x.Failure != nil {
		failure := *x.Failure
		x.Failure = &failure
	}
	if x.Decoded != nil {
		decoded := *x.Decoded
		decoded.Message = bytes.Clone(decoded.Message)
		x.Decoded = &decoded
	}
	return &x
}

// apply changes what is kept.
func (s *Sink) apply(sp *span) error {
	for _, e := range sp.edits {
		s.changed(e.id)
		if err := s.late.keeper.Overwrite(e.id, e.side, e.offset, e.now); err != nil {
			return err
		}
	}
	sp.edits = sp.edits[:0]
	return nil
}
