package redact

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// late is what a Sink needs to change what its Next has kept, when a secret shows itself that
// was passed on when nobody knew it.
type late struct {
	keeper  Keeper
	sketch  *sketch
	traces  *traces
	lately  lately
	before  uint64          // exchanges up to this one were kept before the Sink, and are in no sketch yet
	begun   bool            // the first exchange has come
	changed map[uint64]bool // exchanges changed since the last scrub
	by      uint64          // exchange that made that necessary
	tell    func(id uint64, exchanges int)
	line    []byte
}

func newLate(k Keeper) *late {
	return &late{keeper: k, sketch: newSketch(), traces: newTraces(), changed: map[uint64]bool{}}
}

// OnLate names who is told when secrets that showed themselves in exchange id were found in exchanges
// that had been passed on, and how many of those were changed. Without a Keeper nobody is.
func (s *Sink) OnLate(tell func(id uint64, exchanges int)) {
	if s.late != nil {
		s.late.tell = tell
	}
}

// maxRounds bounds how often what was found leads to more.
const maxRounds = 4

// lookBack looks for what was learned since it was called last in what was passed on.
func (s *Sink) lookBack(id uint64) error {
	l := s.late
	if l == nil {
		return nil
	}
	l.by = id
	for range maxRounds {
		fresh := s.secrets.takeFresh()
		if len(fresh) == 0 {
			return nil
		}
		for _, secret := range fresh {
			l.lately.add(secret)
		}
		if err := s.lookAtBefore(); err != nil {
			return err
		}
		if err := s.rewrite(l.sketch.find(fresh), false); err != nil {
			return err
		}
		if err := s.reopen(fresh); err != nil {
			return err
		}
	}
	return nil
}

// reopen has the bodies in flight looked at again from so far back that one of the secrets can have begun in what
// was passed on and end in what comes.
func (s *Sink) reopen(secrets []*secret) error {
	longest := 0
	for _, secret := range secrets {
		for _, text := range secret.spellings() {
			longest = max(longest, len(text))
		}
	}
	for _, f := range s.live {
		for _, side := range sides {
			p := f.part(side)
			back := int(min(int64(max(longest-1, len(p.span.was))), p.passed))                // what is in span is kept already
			if !p.streams || p.leftOut || back <= 0 || p.stream.text.covered > p.stream.out { // lookAgain will do for the last
				continue
			}
			if p.verdict == opaque && p.passed >= opaqueText {
				continue
			}
			from := place{f.id, side, p.passed - int64(back), back}
			r, err := s.late.keeper.BodyAt(from.id, from.side, from.offset)
			if err != nil {
				return fmt.Errorf("read what is kept of exchange %d: %w", f.id, err)
			}
			kept := make([]byte, back)
			_, err = io.ReadFull(r, kept)
			if err := errors.Join(err, r.Close()); err != nil {
				return fmt.Errorf("read what is kept of exchange %d: %w", f.id, err)
			}
			paused := p.stream.pause()
			held := paused.text.source()[len(p.span.was):]
			p.span = span{}
			p.span.feed(from, kept, kept)
			p.stream.reset()
			if err := s.pass(f, side, p.stream.Write(append(kept, held...))); err != nil {
				return err
			}
		}
	}
	return nil
}

// lookLate does for an exchange that ends, but is not put yet, what has to be done for what was learned late.
func (s *Sink) lookLate(f *inFlight, x *runnertape.Exchange) error {
	l := s.late
	if l == nil {
		return nil
	}
	learned := l.lately.count
	if err := s.lookBack(f.id); err != nil {
		return err
	}
	if err := s.lookAgain(f); err != nil {
		return err
	}
	if l.lately.count != learned {
		f.redact(s.secrets, x)
	}
	if !f.stale && !l.changed[f.id] {
		return nil
	}
	for _, side := range sides { // what is to be decoded may have changed
		p := f.part(side)
		if len(p.head) == 0 || !p.streams || p.leftOut {
			continue
		}
		r, err := l.keeper.BodyAt(f.id, side, 0)
		if err == nil {
			_, err = io.ReadFull(r, p.head)
			err = errors.Join(err, r.Close())
		}
		if err != nil {
			return fmt.Errorf("read what is kept of exchange %d: %w", f.id, err)
		}
	}
	return nil
}

// lookAtBefore reads what was kept before the Sink, once.
func (s *Sink) lookAtBefore() error {
	l := s.late
	if l.before == 0 {
		return nil
	}
	before := ranges{{1, l.before}}
	l.before = 0
	return s.rewrite(before, true)
}

// lookAgain looks at an exchange that ends for what was learned while its bodies passed: half of it may have been
// passed on before, and half after.
func (s *Sink) lookAgain(f *inFlight) error {
	l := s.late
	if l == nil || !f.streamed || f.since == l.lately.count {
		return nil
	}
	where := f.chain
	if len(where) == 0 {
		where = ranges{{f.id, f.id}}
	}
	if secrets, ok := l.lately.since(f.since); ok && !l.sketch.find(secrets).meets(where) {
		return nil
	}
	return s.rewrite(where, false)
}

// settle makes the changes durable.
func (s *Sink) settle() error {
	l := s.late
	if len(l.changed) == 0 {
		return nil
	}
	n := len(l.changed)
	clear(l.changed)
	if err := l.keeper.Scrub(s.edit); err != nil {
		return fmt.Errorf("remove a secret from what is kept: %w", err)
	}
	if l.tell != nil {
		l.tell(l.by, n)
	}
	return nil
}

func (s *Sink) edit(text []byte) (changed bool) {
	was := bytes.Clone(text)
	s.secrets.look(func(r *Redactor) { // there are parts of all kinds of bodies
		r.literal(text, maxInside)
		r.form(text)
	})
	return !bytes.Equal(was, text)
}

// look calls f with the lock held. Nothing is learned in it: what is kept was searched for what shows itself
// by its form when it came, and what looks like it now may be half a stand-in.
func (r *Redactor) look(f func(r *Redactor)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looking = true
	defer func() { r.looking = false }()
	f(r)
}

// find is where secrets may be.
func (s *sketch) find(secrets []*secret) ranges {
	var queries []query
	for _, secret := range secrets {
		for _, text := range secret.spellings() {
			queries = append(queries, queryOf(text))
		}
	}
	var where ranges
	for _, f := range s.filters {
		if slices.ContainsFunc(queries, f.may) {
			for _, r := range f.ids {
				where.addRange(r)
			}
		}
	}
	return where
}

// rewriter puts stand-ins into what is kept.
type rewriter struct {
	s      *Sink
	stream *Stream
	traces *traces
	buf    []byte
	note   bool // what is read is not in the sketch yet
}

// batch is how many exchanges are read at once: a Keeper is not asked for changes while it lists them.
const batch = 32

func (s *Sink) rewrite(where ranges, note bool) error {
	if len(where) == 0 {
		return nil
	}
	w := &rewriter{s: s, stream: s.secrets.NewStream(), traces: newTraces(), buf: make([]byte, 32<<10), note: note}
	for _, run := range where {
		for from := run.first; from <= run.last; {
			var some []*runnertape.Exchange
			for x, err := range s.late.keeper.Exchanges(from, run.last) {
				if err != nil {
					return fmt.Errorf("look for a secret in what is kept: %w", err)
				}
				if some = append(some, x); len(some) == batch {
					break
				}
			}
			if len(some) == 0 {
				break
			}
			for _, x := range some {
				if err := w.exchange(x); err != nil {
					return fmt.Errorf("look for a secret in exchange %d: %w", x.ID, err)
				}
			}
			from = some[len(some)-1].ID + 1
		}
	}
	return nil
}

// changed notes that an exchange was.
func (s *Sink) changed(id uint64) {
	s.late.changed[id] = true
	if f := s.live[id]; f != nil {
		f.stale = true
	}
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

// lookAtHeads puts stand-ins into all of x but its bodies. It tells whether there were any.
func (r *Redactor) lookAtHeads(e decode.Endpoint, x *runnertape.Exchange) (changed bool) {
	r.look(func(r *Redactor) {
		text := func(s *string) {
			if now := r.text(*s); now != *s {
				*s, changed = now, true
			}
		}
		header := func(h *runnertape.Header) {
			if now := r.header(*h); !slices.Equal(now, *h) {
				*h, changed = now, true
			}
		}
		if now := r.target(e, x.Request.Target); now != x.Request.Target {
			x.Request.Target, changed = now, true
		}
		header(&x.Request.Header)
		header(&x.Request.Trailer)
		for i := range x.Interim {
			header(&x.Interim[i].Header)
		}
		if x.Response != nil {
			text(&x.Response.Reason)
			header(&x.Response.Header)
			header(&x.Response.Trailer)
		}
		if x.Failure != nil {
			text(&x.Failure.Text)
		}
		if d := x.Decoded; d != nil {
			for _, s := range []*string{&d.Gist, &d.Runner.Token, &d.Runner.SystemID, &d.Runner.Version, &d.Runner.Executor} {
				text(s)
			}
			was := bytes.Clone(d.Message)
			r.inJSON(d.Message, firstValue(d.Message))
			changed = changed || !bytes.Equal(was, d.Message)
		}
	})
	return changed
}

// appendHeads appends all texts of x in which a secret may be replaced, but those of its bodies.
func appendHeads(line []byte, x *runnertape.Exchange) []byte {
	line = appendText(line, x.Request.Target)
	line = appendHeader(line, x.Request.Header)
	if x.Response != nil {
		line = appendHeader(line, x.Response.Header)
	}
	return appendRest(line, x)
}

// appendRest appends what comes besides the two headers.
func appendRest(line []byte, x *runnertape.Exchange) []byte {
	line = appendHeader(line, x.Request.Trailer)
	for _, interim := range x.Interim {
		line = appendHeader(line, interim.Header)
	}
	if x.Response != nil {
		line = appendText(line, x.Response.Reason)
		line = appendHeader(line, x.Response.Trailer)
	}
	if x.Failure != nil {
		line = appendText(line, x.Failure.Text)
	}
	if d := x.Decoded; d != nil { // all else it says is in this exchange
		for _, s := range []string{d.Runner.Token, d.Runner.SystemID, d.Runner.Version, d.Runner.Executor} {
			line = appendText(line, s)
		}
	}
	return line
}

func appendText(line []byte, s string) []byte {
	if len(s) < minSecret {
		return line
	}
	line = append(append(line, s...), '\n')
	if hasEscapes([]byte(s)) { // any byte may be escaped
		text, _ := unescape([]byte(s))
		line = append(append(line, text...), '\n')
	}
	return line
}

func appendHeader(line []byte, h runnertape.Header) []byte {
	for _, f := range h {
		if kindOf(f.Name) != framing {
			line = appendText(line, f.Value)
		}
	}
	return line
}

// body looks at a body. It tells whether the exchange says something else of it now.
func (w *rewriter) body(x *runnertape.Exchange, call decode.Call, side runnertape.Side, h runnertape.Header, b *runnertape.Body) (rewritten bool, err error) {
	if x.State == runnertape.Done && b.Stored == 0 {
		return false, nil
	}
	var p part
	p.init(call.Endpoint, side)
	p.headCame(h)
	if !p.json && !p.form && !p.packed {
		return false, w.text(x, call, side, h, b.Opaque)
	}
	r, err := w.s.late.keeper.BodyAt(x.ID, side, 0)
	if err != nil {
		return false, err
	}
	p.content, err = io.ReadAll(io.LimitReader(r, decode.MaxMessage+1))
	if err := errors.Join(err, r.Close()); err != nil {
		return false, err
	}
	if len(p.content) > decode.MaxMessage {
		return false, w.text(x, call, side, h, b.Opaque)
	}
	return w.whole(x, side, h, b, &p)
}

// whole looks at a body that was held until it was whole.
func (w *rewriter) whole(x *runnertape.Exchange, side runnertape.Side, h runnertape.Header, b *runnertape.Body, p *part) (rewritten bool, err error) {
	was := bytes.Clone(p.content)
	if p.read(h); p.err != nil {
		return false, nil // it broke off, and was masked as a whole or not kept
	}
	if w.note {
		w.s.late.noteWhole(x.ID, p.plain, p)
	}
	before := bytes.Clone(p.plain)
	w.s.secrets.look(func(r *Redactor) {
		switch {
		case p.json:
			r.inJSON(p.plain, p.value)
		case p.form:
			r.form(p.plain)
		default:
			r.bytes(p.plain)
		}
	})
	if bytes.Equal(before, p.plain) {
		return false, nil
	}
	if h.ContentCoding() == "" {
		var sp span
		sp.feed(place{x.ID, side, 0, len(was)}, was, was)
		sp.take(p.plain)
		return false, w.s.apply(&sp)
	}
	w.s.changed(x.ID)
	b.Rewritten = true
	return true, w.s.late.keeper.Replace(x.ID, side, pack(p.plain))
}

// pack compresses a body again.
func pack(plain []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(plain) // a Buffer takes all
	z.Close()
	return packed.Bytes()
}

// maxEdits is how many changes are gathered while a body is read.
const maxEdits = 1000

// text looks at a body that was passed on in pieces. That of a patch goes on where an earlier one ended.
func (w *rewriter) text(x *runnertape.Exchange, call decode.Call, side runnertape.Side, h runnertape.Header, packed bool) error {
	w.stream.reset()
	var sp span
	start, _, follows := decode.ParseContentRange(h.Get("Content-Range"))
	if follows = follows && call.Endpoint == decode.PatchTrace && side == runnertape.RequestSide; follows {
		if c := w.traces.at(call.JobID, start); c != nil {
			sp = c.held.again()
			w.stream.resume(c.text)
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
			w.take(&sp, p, false)
		}
		if packed && at >= opaqueText {
			err = io.EOF
		}
		if err == nil && len(sp.edits) > maxEdits {
			if err = errors.Join(r.Close(), w.s.apply(&sp)); err == nil {
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
	w.take(&sp, nil, true)
	if follows && len(c.held.was) <= maxHeld {
		w.traces.add(call.JobID, c)
	}
	return w.s.apply(&sp)
}

// take gives p to the stream, which is to learn nothing, and notes what changes.
func (w *rewriter) take(sp *span, p []byte, final bool) {
	w.s.secrets.look(func(*Redactor) { sp.take(w.stream.next(p, final)) })
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
