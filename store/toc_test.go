package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"runnertape"
)

// listedExchange is one that ended, of a kind and job that the numbers choose.
func listedExchange(random *rand.Rand, id uint64) *runnertape.Exchange {
	x := exchange(id, runnertape.Done)
	x.Host = fmt.Sprintf("host%d.example", random.IntN(3))
	x.Decoded = &runnertape.Decoded{Endpoint: []string{"request_job", "patch_trace", ""}[random.IntN(3)]}
	if random.IntN(2) == 0 {
		x.Decoded.JobID = random.Int64N(5) << (10 * random.IntN(6))
	}
	switch random.IntN(8) {
	case 0:
		x.Response = nil
	case 1:
		x.Response.Status = 204
	case 2:
		x.Failure = &runnertape.Failure{Side: runnertape.RequestSide}
	case 3:
		x.Response.Body = runnertape.Body{Bytes: 3, Opaque: true}
	}
	return x
}

// told is entries as they can be compared.
func told(t *testing.T, r *Reader, first, last uint64) (all []string) {
	t.Helper()
	for e, err := range r.Entries(first, last) {
		must(t, err)
		all = append(all, fmt.Sprint(e.ID, e.JobID, *e.Kind))
	}
	return all
}

// mustListAll fails unless the entries are those of the exchanges.
func mustListAll(t *testing.T, r *Reader, random *rand.Rand) {
	t.Helper()
	var xs []*runnertape.Exchange
	for x, err := range r.Exchanges() {
		must(t, err)
		if x.State == runnertape.Done {
			xs = append(xs, x)
		}
	}
	for range 20 {
		first, last := random.Uint64N(9*tocBlock), random.Uint64N(9*tocBlock)
		var want []string
		for _, x := range xs {
			if x.ID >= first && x.ID <= last {
				k := runnertape.KindOf(x)
				e := runnertape.EntryOf(x, &k)
				want = append(want, fmt.Sprint(e.ID, e.JobID, k))
			}
		}
		if got := told(t, r, first, last); !slices.Equal(got, want) {
			t.Fatalf("from %d to %d: %d entries, want %d, or others", first, last, len(got), len(want))
		}
	}
}

// withTOC changes the table of contents behind the Writer's back.
func withTOC(t *testing.T, path string, change func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := openDB(path, false)
	must(t, err)
	must(t, db.Update(change))
	must(t, db.Close())
}

func TestEntries(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	path, w := newRecording(t)
	var flying []uint64 // they end in another order than they begin in
	end := func() {
		i := random.IntN(len(flying))
		must(t, w.Put(listedExchange(random, flying[i])))
		flying = slices.Delete(flying, i, i+1)
	}
	for id := uint64(1); id < 8*tocBlock; id++ {
		flying = append(flying, id)
		must(t, w.Put(exchange(id, runnertape.InFlight)))
		for random.IntN(2) > 0 && len(flying) > 0 {
			end()
		}
		if random.IntN(200) == 0 {
			must(t, w.Commit())
		}
	}
	for len(flying) > 20 {
		end()
	}
	must(t, w.Commit())
	for range 50 {
		x, err := w.Reader().Exchange(1 + random.Uint64N(3000))
		must(t, err)
		if x.State == runnertape.Done {
			x.Host, x.Decoded.JobID = "amended.example", random.Int64N(9)
			must(t, w.Amend(x))
		}
	}
	must(t, w.Scrub(func([]byte) bool { return false }))
	must(t, w.Commit())
	mustListAll(t, w.Reader(), random)
	must(t, w.Close())

	check := func() {
		t.Helper()
		mustBeWhole(t, path)
		r, err := Open(path)
		must(t, err)
		mustListAll(t, r, random)
		must(t, r.Close())
	}
	complete := func() {
		t.Helper()
		must(t, func() error {
			w, err := Append(path)
			must(t, err)
			return w.Close()
		}())
		r, err := Open(path)
		must(t, err)
		must(t, r.view(func(tx *bbolt.Tx) error {
			if first, err := unlisted(tx); first != 0 || err != nil {
				t.Errorf("from %d on nothing is in the table: %v", first, err)
			}
			return nil
		}))
		must(t, r.Close())
		check()
	}
	check()
	t.Log("an earlier version of the program wrote the last exchanges")
	withTOC(t, path, func(tx *bbolt.Tx) error {
		c := tx.Bucket(tocBucket).Cursor()
		for range 3 {
			c.Last()
			must(t, c.Delete())
		}
		return nil
	})
	check()
	complete()
	t.Log("or all")
	withTOC(t, path, func(tx *bbolt.Tx) error { return tx.DeleteBucket(tocBucket) })
	check()
	complete()
}

func TestCheckOfEntries(t *testing.T) {
	for want, change := range map[string]func(toc *bbolt.Bucket, block []runnertape.Entry) []runnertape.Entry{
		"lacks exchange 2": func(_ *bbolt.Bucket, block []runnertape.Entry) []runnertape.Entry { return slices.Delete(block, 1, 2) },
		"says something else of exchange 3 than its record": func(_ *bbolt.Bucket, block []runnertape.Entry) []runnertape.Entry {
			block[2].JobID = 7
			return block
		},
		"has exchange 4, which is not there or has not ended": func(_ *bbolt.Bucket, block []runnertape.Entry) []runnertape.Entry {
			return append(block, runnertape.Entry{ID: 4, Kind: block[0].Kind})
		},
		"goes on from exchange 4608, of which there is none": func(toc *bbolt.Bucket, block []runnertape.Entry) []runnertape.Entry {
			must(t, toc.Put(tocKey(5000), appendBlock(nil, []runnertape.Entry{{ID: 5000, Kind: block[0].Kind}})))
			return block
		},
		"table of contents from exchange 0 on: a run that cannot be": func(_ *bbolt.Bucket, block []runnertape.Entry) []runnertape.Entry {
			return append(block, runnertape.Entry{ID: 1 << 20, Kind: block[0].Kind})
		},
	} {
		path := t.TempDir() + "/recording.db"
		w, err := Create(path, runnertape.Recording{})
		must(t, err)
		for id := range uint64(3) {
			must(t, w.Put(exchange(id+1, runnertape.Done)))
		}
		must(t, w.Close())
		withTOC(t, path, func(tx *bbolt.Tx) error {
			toc := tx.Bucket(tocBucket)
			var r tocReader
			block, err := r.appendEntries(nil, tocKey(1), toc.Get(tocKey(1)))
			must(t, err)
			return toc.Put(tocKey(1), appendBlock(nil, change(toc, block)))
		})
		f, err := Check(path)
		must(t, err)
		if len(f.Problems) != 1 || !strings.Contains(f.Problems[0], want) {
			t.Errorf("found %q, want %q", f.Problems, want)
		}
	}
}

// Whatever is in a block, reading it ends, with entries of that block in order, which can be written again.
func FuzzEntries(f *testing.F) {
	k := &runnertape.Kind{Endpoint: "patch_trace", Scheme: "https", Host: "gitlab.example", Status: 202, Whole: true}
	f.Add(appendBlock(nil, []runnertape.Entry{{ID: tocBlock, Kind: k}, {ID: tocBlock + 1, Kind: k}, {ID: tocBlock + 900, JobID: 42, Kind: k}}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, block []byte) {
		var r tocReader
		entries, err := r.appendEntries(nil, tocKey(tocBlock), block)
		if err != nil || len(entries) == 0 {
			return
		}
		if !slices.IsSortedFunc(entries, func(a, b runnertape.Entry) int { return entryAt(a, b.ID) }) || entries[0].ID < tocBlock || entries[len(entries)-1].ID >= 2*tocBlock {
			t.Fatalf("entries %v", entries)
		}
		again, err := r.appendEntries(nil, tocKey(tocBlock), appendBlock(nil, entries))
		if err != nil || !slices.Equal(again, entries) {
			t.Errorf("read again: %v, %v", again, err)
		}
	})
}
