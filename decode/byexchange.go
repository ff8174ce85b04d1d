package decode

import (
	"cmp"
	"slices"
)

// The lists of a [Job] are in order of exchange.

func (p Patch) exchange() uint64    { return p.Exchange }
func (u Update) exchange() uint64   { return u.Exchange }
func (e Event) exchange() uint64    { return e.Exchange }
func (u Upload) exchange() uint64   { return u.Exchange }
func (d Download) exchange() uint64 { return d.Exchange }

func (c CacheRequest) exchange() uint64 { return c.Exchange }

func itself(exchange uint64) uint64 { return exchange }

// insert puts v into a list, nearly always at its end.
func insert[T any](list []T, v T, exchange func(T) uint64) []T {
	i := len(list)
	for i > 0 && exchange(list[i-1]) > exchange(v) {
		i--
	}
	return slices.Insert(list, i, v)
}

// at is the one of that exchange, nil if there is none.
func at[T any](list []T, id uint64, exchange func(T) uint64) *T {
	i, found := slices.BinarySearchFunc(list, id, func(v T, id uint64) int { return cmp.Compare(exchange(v), id) })
	if !found {
		return nil
	}
	return &list[i]
}
