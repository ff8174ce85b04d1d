package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxAlike bounds the findings of one kind that are told apart in one tally.
const maxAlike = 20

// tally are the findings about one job or runner. What is found again is
// counted, and only its first and last exchange are kept, so that a million
// polls take no more room than two.
type tally struct {
	list []told // few: there are not many kinds
}

// told is a finding, and what tells it from others of its kind.
type told struct {
	*Finding
	of string
}

// say adds a finding about exchange x, or counts it.
func (t *tally) say(k *Kind, x uint64, format string, args ...any) *Finding {
	return t.sayOf(k, "", x, format, args...)
}

// sayOf is say for kinds of which one owner may have several, told apart by of.
func (t *tally) sayOf(k *Kind, of string, x uint64, format string, args ...any) *Finding {
	alike := 0
	for _, old := range t.list {
		if old.Kind != k.Name {
			continue
		}
		if old.of == of {
			old.Repeated = max(old.Repeated, 1) + 1
			return old.rest(x)
		}
		alike++
	}
	text := strings.TrimRight(fmt.Sprintf(format, args...), ". ") // what others said may end in one
	f := &Finding{Kind: k.Name, Weight: k.Weight, Section: k.Section, Text: text, Exchanges: []uint64{x}}
	if alike < maxAlike { // else nobody will see it
		t.list = append(t.list, told{f, strings.Clone(of)})
	}
	return f
}

// rest adds the other exchanges a finding rests on, in order. Of one that was
// repeated the first and the last are kept.
func (f *Finding) rest(exchanges ...uint64) *Finding {
	for _, x := range exchanges {
		if x != 0 {
			f.Exchanges = append(f.Exchanges, x)
		}
	}
	slices.Sort(f.Exchanges)
	f.Exchanges = slices.Compact(f.Exchanges)
	if n := len(f.Exchanges); f.Repeated > 1 && n > 2 {
		f.Exchanges = append(f.Exchanges[:1], f.Exchanges[n-1])
	}
	return f
}

// clone is a copy that may be added to.
func (t *tally) clone() *tally {
	c := &tally{list: slices.Clone(t.list)}
	for i, old := range t.list {
		f := *old.Finding
		f.Exchanges = slices.Clone(f.Exchanges)
		c.list[i].Finding = &f
	}
	return c
}

// sorted are the findings, the worst first, alike ones in order of their exchanges.
func (t *tally) sorted() []Finding {
	list := make([]Finding, 0, len(t.list))
	for _, f := range t.list {
		list = append(list, *f.Finding)
	}
	slices.SortFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(heaviness[b.Weight], heaviness[a.Weight]),
			cmp.Compare(a.Exchanges[0], b.Exchanges[0]),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Text, b.Text),
		)
	})
	return list
}

var heaviness = map[Weight]int{Note: 1, Warning: 2, Fault: 3}
