package store

import (
	"maps"
	"slices"

	"go.etcd.io/bbolt"
)

// group is what the next transaction will write.
type group struct {
	exchanges map[uint64][]byte // the later state of an exchange replaces the earlier
	chunks    []keyed           // sorted before writing: concurrent exchanges mix
	bytes     int
}

type keyed struct{ key, value []byte }

func newGroup() group { return group{exchanges: map[uint64][]byte{}} }

func (g *group) empty() bool { return len(g.exchanges) == 0 && len(g.chunks) == 0 }

func (g *group) reset() {
	clear(g.exchanges)
	g.chunks = nil
	g.bytes = 0
}

func (g *group) putExchange(id uint64, value []byte) {
	g.bytes += len(value) - len(g.exchanges[id])
	g.exchanges[id] = value
}

func (g *group) putChunk(key, value []byte) {
	g.bytes += len(key) + len(value)
	g.chunks = append(g.chunks, keyed{key, value})
}

// write puts the group into tx in key order. Keys mostly grow, so leaves are
// filled to the brim.
func (g *group) write(tx *bbolt.Tx) error {
	exchanges := tx.Bucket(exchangesBucket)
	exchanges.FillPercent = 1
	for _, id := range slices.Sorted(maps.Keys(g.exchanges)) {
		if err := exchanges.Put(exchangeKey(id), g.exchanges[id]); err != nil {
			return err
		}
	}
	bodies := tx.Bucket(bodiesBucket)
	bodies.FillPercent = 1
	slices.SortFunc(g.chunks, func(a, b keyed) int { return slices.Compare(a.key, b.key) })
	for _, c := range g.chunks {
		if err := bodies.Put(c.key, c.value); err != nil {
			return err
		}
	}
	return nil
}
