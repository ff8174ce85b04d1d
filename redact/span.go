package redact

import (
	"bytes"
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

// stay puts what is kept into out, which is a guess behind its first sure bytes, where it has stand-ins already: they may
// be those of what went on in another way and was more than a guess. Before, those of what is known now take their place.
func (s *span) stay(out []byte, sure int) {
	for i := range min(len(out), len(s.was)) {
		from, to := max(0, i-gap), min(i+gap+1, sure, len(s.was))
		known := i < sure && !bytes.Equal(out[from:to], s.was[from:to])
		if !known && s.kept[i] != s.was[i] {
			out[i] = s.kept[i]
		}
	}
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

// note takes over what edits put over the kept bytes.
func (s *span) note(edits []edit) {
	at := 0
	for _, p := range s.places {
		for _, e := range edits {
			from, to := max(p.offset, e.offset), min(p.offset+int64(p.n), e.offset+int64(e.n))
			if e.id == p.id && e.side == p.side && from < to {
				copy(s.kept[at+int(from-p.offset):], e.now[from-e.offset:to-e.offset])
			}
		}
		at += p.n
	}
}

func (s *span) drop(n int) {
	s.was, s.kept = s.was[n:], s.kept[n:]
	s.guessed = s.guessed && len(s.was) > 0
	for n > 0 {
		at := &s.places[0]
		k := min(n, at.n)
		at.n, at.offset, n = at.n-k, at.offset+int64(k), n-k
		if at.n == 0 {
			s.places = s.places[1:]
		}
	}
}

// again is s for another text that goes on with it. Of what is kept both know.
func (s *span) again() span {
	return span{was: slices.Clip(s.was), kept: slices.Clip(s.kept), places: slices.Clone(s.places), guessed: s.guessed}
}
