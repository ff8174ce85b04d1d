package drift

import (
	"maps"
	"slices"
	"strings"
)

// seen says how often something was there, and in which exchange first.
type seen struct {
	n     int
	first uint64
}

func (s *seen) add(exchange uint64) {
	if s.n == 0 || exchange < s.first {
		s.first = exchange
	}
	s.n++
}

// in is the place of something that s could have had as often as of, and of another
// thing's first exchange if it never had.
func (s seen) in(of seen) Place {
	p := Place{Exchange: s.first, Has: s.n, Of: of.n}
	if s.n == 0 {
		p.Exchange = of.first
	}
	return p
}

// tally counts values, or names.
type tally map[string]seen

// add counts one more, unless it is new and there are too many.
func (t tally) add(value string, exchange uint64, most int) bool {
	s, ok := t[value]
	if !ok && len(t) >= most {
		return false
	}
	s.add(exchange)
	t[value] = s
	return true
}

// all is the sum.
func (t tally) all() seen {
	var sum seen
	for _, s := range t {
		if sum.n == 0 || s.first < sum.first {
			sum.first = s.first
		}
		sum.n += s.n
	}
	return sum
}

// values are what was counted, sorted.
func (t tally) values() []string { return slices.Sorted(maps.Keys(t)) }

// without are the values that other has not, sorted, and how often they were there.
func (t tally) without(other tally) (values []string, n int) {
	for _, v := range t.values() {
		if _, ok := other[v]; !ok {
			values = append(values, v)
			n += t[v].n
		}
	}
	return values, n
}

func (t tally) String() string { return strings.Join(t.values(), ", ") }

// union are the keys of either, sorted.
func union[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}
