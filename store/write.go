package store

import (
	"bytes"
	"cmp"
	"slices"

	"go.etcd.io/bbolt"

	"runnertape"
)

// encoded are the exchanges of a group, as a transaction writes them.
type encoded struct {
	dictionary keyed // that is new; without a key if there is none
	inFlight   []keyed
	ended      []keyed
	left       [][]byte               // keys that leave the in_flight bucket
	entered    []*runnertape.Exchange // those that ended, for a retention
	listed     lister                 // those that ended, for the table of contents
}

func (e *encoded) reset() {
	clear(e.inFlight)
	clear(e.ended)
	clear(e.left)
	clear(e.entered)
	*e = encoded{inFlight: e.inFlight[:0], ended: e.ended[:0], left: e.left[:0], entered: e.entered[:0], listed: lister{entries: e.listed.entries[:0]}}
}

// encode makes values of the exchanges of the group, and puts everything in key
// order. From here on it has nothing in common with what is live, which may
// change while it is written.
func (w *Writer) encode() error {
	g := w.group
	if err := w.renew(g); err != nil {
		return err
	}
	slices.SortFunc(g.exchanges, func(a, b *live) int { return cmp.Compare(a.id, b.id) })
	for _, l := range g.exchanges {
		l.putDigests()
		content := l.inlined()
		g.record = appendRecord(g.record[:0], l.x, &content)
		from := len(g.values)
		g.values = w.compressor.appendRecord(g.values, g.record, g.underLoad())
		e := keyed{exchangeKey(l.id), g.values[from:len(g.values):len(g.values)]}
		l.pending = false
		if l.x.State != runnertape.Done {
			g.inFlight = append(g.inFlight, e)
			l.kept = true
			continue
		}
		g.ended = append(g.ended, e)
		g.listed.add(l.x)
		if l.kept {
			g.left = append(g.left, e.key)
		}
		if w.retention != nil {
			g.entered = append(g.entered, l.x)
		}
		w.sampler.see(l.x, g.record)
		w.spare.release(&l.bodies[0])
		w.spare.release(&l.bodies[1])
	}
	clear(g.exchanges)
	g.exchanges = g.exchanges[:0]
	slices.SortFunc(g.chunks, func(a, b keyed) int { return bytes.Compare(a.key, b.key) })
	return nil
}

// write puts the group into tx. The retention, if there is one, makes room for it.
func (g *group) write(tx *bbolt.Tx, r *retention) error {
	var gone []uint64
	if r != nil {
		var err error
		if gone, err = r.makeRoom(tx, g.bytes); err != nil {
			return err
		}
		for _, x := range g.entered {
			if err := r.see(tx, x); err != nil {
				return err
			}
		}
	}
	if g.owes {
		if err := putOwed(tx, g.owed); err != nil {
			return err
		}
	}
	if d := g.dictionary; d.key != nil {
		if err := tx.Bucket(dictionariesBucket).Put(d.key, d.value); err != nil {
			return err
		}
	}
	inFlight, ended, bodies := tx.Bucket(inFlightBucket), tx.Bucket(exchangesBucket), tx.Bucket(bodiesBucket)
	for _, key := range g.left {
		if err := inFlight.Delete(key); err != nil {
			return err
		}
	}
	ended.FillPercent = g.fill(ended)
	bodies.FillPercent = 1 // keys mostly grow
	for _, to := range []struct {
		bucket *bbolt.Bucket
		values []keyed
	}{{inFlight, g.inFlight}, {ended, g.ended}, {bodies, g.chunks}} {
		for _, e := range to.values {
			if err := to.bucket.Put(e.key, e.value); err != nil {
				return err
			}
		}
	}
	return changeToc(tx, g.listed.entries, gone)
}

// fill is how full a leaf is to be when it is split: to the brim if keys follow
// those that are there; to the half if some come between, as those of long polls
// do, since a leaf that is full would be split by each of them.
func (g *group) fill(ended *bbolt.Bucket) float64 {
	last, _ := ended.Cursor().Last()
	if len(g.ended) > 0 && bytes.Compare(g.ended[0].key, last) < 0 { // the lowest
		return 0.5
	}
	return 1
}
