package redact

import (
	"bytes"
	"container/list"
	"slices"

	"runnertape"
)

// place is where some bytes of a text are kept.
type place struct {
	id     uint64
	side   runnertape.Side
	offset int64
	n      int
}

// edit is what has to be put over kept bytes.
type edit struct {
	place
	now []byte
}

// span is a text of which something is kept already: what was held back of the patches before, or
// all of it, if it is looked through again.
type span struct {
	was    []byte  // kept bytes that went into the stream and did not come out yet, as they went in
	kept   []byte  // the same as they are kept
	places []place // where
	edits  []edit
	// guessed tells that kept has stand-ins for what only looks like a part of a secret.
	guessed bool
}

// feed notes kept bytes that go into the stream.
func (s *span) feed(at place, was, kept []byte) {
	s.was, s.kept = append(s.was, was...), append(s.kept, kept...)
	if n := len(s.places); n > 0 {
		if last := &s.places[n-1]; last.id == at.id && last.side == at.side && last.offset+int64(last.n) == at.offset {
			last.n += at.n
			return
		}
	}
	s.places = append(s.places, at)
}

// gap is how many bytes of a stand-in in a row may be those of the secret.
const gap = 4

// take notes what has to be changed of kept bytes that came out of the stream, and returns the
// bytes behind them. What is kept is not changed back to what it was, but for single characters at the edges of
// a stand-in, which may be those of the secret where half of it had another.
func (s *span) take(out []byte) (rest []byte) {
	n := min(len(out), len(s.was))
	if s.guessed {
		return s.takeAll(out, n)
	}
	for from := 0; from < n; from++ {
		if out[from] == s.was[from] {
			continue
		}
		end := from + 1
		for i := end; i < n && i-end <= gap; i++ {
			if out[i] != s.was[i] {
				end = i + 1
			}
		}
		start := from
		for most := max(0, from-gap); start > most && s.kept[start-1] != s.was[start-1]; {
			start--
		}
		from = end
		for most := min(n, end+gap); end < most && s.kept[end] != s.was[end]; {
			end++
		}
		if !bytes.Equal(out[start:end], s.kept[start:end]) {
			s.change(start, out[start:end])
		}
	}
	s.drop(n)
	return out[n:]
}

// takeAll is take where kept may have stand-ins that were guesses: it becomes what came out.
func (s *span) takeAll(out []byte, n int) (rest []byte) {
	for from := 0; from < n; from++ {
		end := from
		for end < n && out[end] != s.kept[end] {
			end++
		}
		if end > from {
			s.change(from, out[from:end])
			from = end
		}
	}
	s.drop(n)
	return out[n:]
}

// change notes bytes to be put over kept ones, which may be in several places.
func (s *span) change(from int, now []byte) {
	copy(s.kept[from:], now)
	for _, at := range s.places {
		if skip := min(from, at.n); skip < at.n && len(now) > 0 {
			n := min(at.n-skip, len(now))
			s.edits = append(s.edits, edit{place{at.id, at.side, at.offset + int64(skip), n}, bytes.Clone(now[:n])})
			now, from = now[n:], 0
		} else {
			from -= skip
		}
	}
}

func (s *span) drop(n int) {
	s.was, s.kept = s.was[n:], s.kept[n:]
	for n > 0 {
		at := &s.places[0]
		k := min(n, at.n)
		at.n, at.offset, n = at.n-k, at.offset+int64(k), n-k
		if at.n == 0 {
			s.places = s.places[1:]
		}
	}
}

// cut is the end of a patch, up to which the trace of a job has come.
type cut struct {
	end   int64  // offset in the trace
	text  paused // what is held back at the end, as it may begin a secret
	held  span   // where that is kept
	grams grams
	chain [2]link // the patches that the end is in, those before and the latest
}

// link is some patches that follow each other.
type link struct {
	ids   ranges
	bytes int
	since uint64 // how many secrets had been learned lately when the first of them began
}

// minLink is how many bytes before the end of a patch may belong to a secret that nobody knows yet.
const minLink = 4 << 10

// Bounds of traces. A runner sends again from the end of an earlier patch when one was refused.
const (
	maxTraces = 2000
	maxCuts   = 16
	maxHeld   = 64 << 10
)

// traces are the ends of the latest patches of jobs.
type traces struct {
	jobs  map[int64]*list.Element
	order *list.List // of *trace, the least recently used first
}

type trace struct {
	job  int64
	cuts []*cut // the latest last
}

func newTraces() *traces { return &traces{jobs: map[int64]*list.Element{}, order: list.New()} }

// at is where the trace of a job was cut at that offset, nil if it was not or that is forgotten.
func (t *traces) at(job, start int64) *cut {
	e := t.jobs[job]
	if e == nil {
		return nil
	}
	for _, c := range slices.Backward(e.Value.(*trace).cuts) {
		if c.end == start {
			return c
		}
	}
	return nil
}

// add notes a cut.
func (t *traces) add(job int64, c *cut) {
	e := t.jobs[job]
	if e == nil {
		e = t.order.PushBack(&trace{job: job})
		t.jobs[job] = e
		if t.order.Len() > maxTraces {
			delete(t.jobs, t.order.Remove(t.order.Front()).(*trace).job)
		}
	}
	t.order.MoveToBack(e)
	of := e.Value.(*trace)
	if len(of.cuts) >= maxCuts {
		of.cuts = append(of.cuts[:0], of.cuts[1:]...)
	}
	of.cuts = append(of.cuts, c)
}

// join is the chain of a patch that goes on behind c, which may be nil.
func (c *cut) join(id uint64, n int, since uint64) [2]link {
	own := link{ids: ranges{{id, id}}, bytes: n, since: since}
	if c == nil {
		return [2]link{{since: since}, own}
	}
	before, latest := c.chain[0], c.chain[1]
	if latest.bytes >= minLink {
		return [2]link{latest, own}
	}
	latest.ids = slices.Clone(latest.ids)
	latest.ids.add(id)
	latest.bytes += n
	return [2]link{before, latest}
}

// ids are the patches that c is the end of.
func (c *cut) ids() ranges {
	all := slices.Clone(c.chain[0].ids)
	for _, r := range c.chain[1].ids {
		all.addRange(r)
	}
	return all
}

// since is how many secrets had been learned lately when the first of them began.
func (c *cut) since() uint64 {
	if len(c.chain[0].ids) > 0 {
		return c.chain[0].since
	}
	return c.chain[1].since
}

// again is s for another text that goes on with it. Of what is kept both know.
func (s *span) again() span {
	return span{was: slices.Clip(s.was), kept: slices.Clip(s.kept), places: slices.Clone(s.places), guessed: s.guessed}
}

// paused is a text that a stream holds back.
type paused struct {
	text text
	done int
}

// pause is what the stream holds back, to go on with it in this or another stream.
func (s *Stream) pause() paused {
	t := s.text
	if t.covered < s.out {
		t.covered, t.part = s.out, 0
	}
	t.covered, t.line = t.covered-s.out, max(0, t.line-s.out)
	t.now = bytes.Clone(t.now[s.out:])
	if len(t.was) > 0 {
		t.was = bytes.Clone(t.was[s.out:])
	}
	return paused{t, s.done - s.out}
}

// resume begins a body with what was held back of another text, which is not changed.
func (s *Stream) resume(p paused) {
	s.reset()
	now, was := append(s.text.now, p.text.now...), append(s.text.was, p.text.was...)
	s.text = p.text
	s.text.now, s.text.was = now, was
	s.out, s.done = 0, p.done
}
