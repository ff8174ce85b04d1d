package replay

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"runnertape"
)

// listed is src with a table of contents: its own, or one made by reading all of
// its exchanges.
func listed(src Source) (Listed, error) {
	if l, ok := src.(Listed); ok {
		return l, nil
	}
	l := &listing{Source: src}
	l.one, _ = src.(finder)
	var kinds runnertape.Kinds
	for x, err := range src.Exchanges() {
		if err != nil {
			return nil, err
		}
		if x.Decoded == nil && x.State == runnertape.InFlight {
			continue
		}
		l.entries = append(l.entries, runnertape.EntryOf(x, kinds.One(runnertape.KindOf(x))))
		if l.one == nil {
			l.exchanges = append(l.exchanges, x)
		}
	}
	return l, nil
}

// finder gives single exchanges.
type finder interface {
	Exchange(id uint64) (*runnertape.Exchange, error)
}

// listing is the table of contents of a Source that has none, as text recordings
// have not, which are in memory anyway.
type listing struct {
	Source
	entries   []runnertape.Entry
	one       finder                 // nil: the Source gives no single ones, and exchanges has them
	exchanges []*runnertape.Exchange // beside their entries
}

func (l *listing) at(id uint64) (int, bool) {
	return slices.BinarySearchFunc(l.entries, id, func(e runnertape.Entry, id uint64) int { return cmp.Compare(e.ID, id) })
}

func (l *listing) Entries(first, last uint64) iter.Seq2[runnertape.Entry, error] {
	return func(yield func(runnertape.Entry, error) bool) {
		from, _ := l.at(first)
		for _, e := range l.entries[from:] {
			if e.ID > last || !yield(e, nil) {
				return
			}
		}
	}
}

func (l *listing) Exchange(id uint64) (*runnertape.Exchange, error) {
	if l.one != nil {
		return l.one.Exchange(id)
	}
	i, found := l.at(id)
	if !found {
		return nil, fmt.Errorf("%w: %d", runnertape.ErrNoExchange, id)
	}
	return l.exchanges[i], nil
}
