package redact

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// maxEdits is how many changes are gathered while a body is read.
const maxEdits = 1000

// text looks at a body that was passed on in pieces. That of a patch goes on where an earlier one ended.
func (w *rewriter) text(x *runnertape.Exchange, call decode.Call, side runnertape.Side, h runnertape.Header, packed bool) error {
	w.stream.reset()
	w.stream.text.git = isGit(h.Get("Content-Type"))
	var sp span
	start, _, follows := decode.ParseContentRange(h.Get("Content-Range"))
	var live *inFlight // the patch, if it has not ended
	if follows = follows && call.Endpoint == decode.PatchTrace && side == runnertape.RequestSide; follows {
		if f := w.s.live[x.ID]; f != nil && f.trace.tracked {
			live = f
		}
		if c := w.traces.at(call.JobID, start); c != nil {
			sp = c.held.again()
			w.stream.resume(c.text)
			live.fallsBehind() // no more, when this is done
		} else if err := w.s.catchUp(live); err != nil {
			return err
		}
	}
	var noted part
	noted.verdict = readable
	if packed {
		noted.verdict = opaque
	}
	at := int64(0)
	r, err := w.s.late.keeper.BodyAt(x.ID, side, 0)
	if err != nil {
		return err
	}
	for err == nil {
		var n int
		n, err = r.Read(w.buf)
		if p := w.buf[:n]; n > 0 {
			if w.note {
				w.s.late.noteText(x.ID, &noted, p)
				noted.passed += int64(n)
			}
			sp.feed(place{x.ID, side, at, n}, p, p)
			at += int64(n)
			w.s.late.credit -= credit(n)
			w.take(&sp, p)
		}
		if packed && at >= opaqueText {
			err = io.EOF
		}
		if err == nil && len(sp.edits) > maxEdits {
			if err = errors.Join(r.Close(), w.apply(call.JobID, &sp)); err == nil {
				r, err = w.s.late.keeper.BodyAt(x.ID, side, at)
			}
		}
	}
	if err != io.EOF {
		return errors.Join(err, r.Close())
	}
	if err := r.Close(); err != nil {
		return err
	}
	c := &cut{end: start + at, text: w.stream.pause(), held: span{was: bytes.Clone(sp.was), kept: bytes.Clone(sp.kept), places: slices.Clone(sp.places)}}
	w.end(&sp, c, follows || brokeOff(x, side))
	if follows && len(c.held.was) <= maxHeld {
		w.traces.add(call.JobID, c)
		w.s.late.traces.deepen(call.JobID, c)
	}
	if err := w.apply(call.JobID, &sp); err != nil {
		return err
	}
	if live != nil {
		return w.s.lookFurtherBack(live, side, c.held.again())
	}
	return nil
}

// apply changes what is kept, and has the ends of the job's patches know.
func (w *rewriter) apply(job int64, sp *span) error {
	w.traces.note(job, sp.edits)
	w.s.late.traces.note(job, sp.edits)
	return w.s.apply(sp)
}

// take gives p to the stream, which is to learn nothing, and notes what changes.
func (w *rewriter) take(sp *span, p []byte) {
	w.s.secrets.look(func(*Redactor) { sp.take(w.stream.next(p, false)) })
}

// end ends the stream. If the text may go on elsewhere, secrets may begin at its end, which c is.
func (w *rewriter) end(sp *span, c *cut, goesOn bool) {
	w.s.secrets.look(func(r *Redactor) {
		undecided := w.stream.done - w.stream.out
		out := w.stream.next(nil, true)
		if goesOn && r.cutOff(&w.stream.text, undecided, false) < len(out) {
			c.held.kept, c.held.guessed = bytes.Clone(out), true
		}
		sp.take(out)
	})
}
