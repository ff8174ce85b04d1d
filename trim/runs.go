package trim

import (
	"cmp"
	"slices"
)

// runs are ids, those that follow each other together.
type runs []run

type run struct{ first, last uint64 }

// add takes an id higher than all before.
func (r *runs) add(id uint64) {
	if n := len(*r); n > 0 && (*r)[n-1].last+1 == id {
		(*r)[n-1].last = id
		return
	}
	*r = append(*r, run{id, id})
}

func (r runs) has(id uint64) bool {
	i, found := slices.BinarySearchFunc(r, id, func(a run, id uint64) int { return cmp.Compare(a.first, id) })
	return found || i > 0 && id <= r[i-1].last
}
