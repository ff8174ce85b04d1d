package redact

import (
	"cmp"
	"slices"
)

// ranges are numbers of exchanges, as runs of them in order that do not touch.
type ranges []idRange

type idRange struct{ first, last uint64 }

// maxRanges bounds them; then the two that are closest are taken for one.
const maxRanges = 64

func (r *ranges) add(id uint64) {
	if n := len(*r); n > 0 {
		if last := &(*r)[n-1]; id >= last.first && id <= last.last+1 { // nearly always
			last.last = max(last.last, id)
			return
		}
	}
	r.addRange(idRange{id, id})
}

func (r *ranges) addRange(n idRange) {
	all := append(*r, n)
	slices.SortFunc(all, func(a, b idRange) int { return cmp.Compare(a.first, b.first) })
	out := all[:1]
	for _, next := range all[1:] {
		if last := &out[len(out)-1]; next.first <= last.last+1 {
			last.last = max(last.last, next.last)
		} else {
			out = append(out, next)
		}
	}
	if len(out) > maxRanges {
		at := 1
		for i := range out[1:] {
			if out[i+1].first-out[i].last < out[at].first-out[at-1].last {
				at = i + 1
			}
		}
		out[at-1].last = out[at].last
		out = slices.Delete(out, at, at+1)
	}
	*r = out
}

// meets tells whether an exchange is in both.
func (r ranges) meets(other ranges) bool {
	for _, a := range r {
		for _, b := range other {
			if a.first <= b.last && b.first <= a.last {
				return true
			}
		}
	}
	return false
}
