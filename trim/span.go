package trim

import (
	"slices"
	"time"

	"runnertape"
)

// span is a time from the start of one exchange to the end of another.
type span struct{ from, to time.Time }

// take extends a span by an exchange. While that has not ended, its start is all that is known.
func (s *span) take(x *runnertape.Exchange) {
	if s.from.IsZero() || x.Started.Before(s.from) {
		s.from = x.Started
	}
	for _, t := range []time.Time{x.Started, x.Ended} {
		if t.After(s.to) {
			s.to = t
		}
	}
}

// united are spans in order, of which none overlap.
func united(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	kept := spans[:0]
	for _, s := range spans {
		if n := len(kept); n > 0 && !s.from.After(kept[n-1].to) {
			if s.to.After(kept[n-1].to) {
				kept[n-1].to = s.to
			}
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// ran tells whether a job that is kept ran at a time.
func (c *Choice) ran(t time.Time) bool {
	i, found := slices.BinarySearchFunc(c.spans, t, func(s span, t time.Time) int { return s.from.Compare(t) })
	return found || i > 0 && !t.After(c.spans[i-1].to)
}
