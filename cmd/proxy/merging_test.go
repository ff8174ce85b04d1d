package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/redact"
	"runnertape/store"
	"runnertape/trim"
)

// What was cut into pieces, of which some have the same, and is merged again is what it was, byte for byte.
func TestMergeOfPiecesIsTheWhole(t *testing.T) {
	for seed := range uint64(16) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dir := t.TempDir()
			in := func(name string) string { return filepath.Join(dir, name) }
			key := redact.NewKey()
			rnd := rand.New(rand.NewPCG(seed, 6))
			s := newPlayed(rnd)
			s.play(t, in("whole.db"), runnertape.Recording{Key: key, Redacted: true}, redact.New(key))
			whole := contentsOfFile(t, in("whole.db"))
			var talk bytes.Buffer
			p, stop := newProcess(nil, io.Discard, &talk)
			defer stop()

			pieces := make([][]string, 2+rnd.IntN(3)) // ids
			twice := 0
			for _, x := range whole.exchanges {
				first := rnd.IntN(len(pieces))
				pieces[first] = append(pieces[first], fmt.Sprint(x.ID))
				if other := rnd.IntN(len(pieces)); other != first && rnd.IntN(3) == 0 {
					pieces[other] = append(pieces[other], fmt.Sprint(x.ID))
					twice++
				}
			}
			asText := rnd.IntN(3) == 0
			var files []string
			for i, ids := range pieces {
				if len(ids) == 0 {
					continue
				}
				f := &filter{}
				mustDo(t, f.readIDs(ids))
				name := in(fmt.Sprintf("%d.db", i))
				if asText {
					name = in(fmt.Sprintf("%d.txtar", i))
				}
				mustDo(t, p.trimTo(&trimSettings{from: in("whole.db"), to: name, filter: f, rules: trim.Rules{Exact: true, Polls: trim.AllPolls}}))
				files = append(files, name)
			}
			rnd.Shuffle(len(files), func(i, k int) { files[i], files[k] = files[k], files[i] })
			mustDo(t, p.mergeTo(files, in("merged.db"), false))
			merged := contentsOfFile(t, in("merged.db"))
			if asText { // which has no messages: what an exchange means is told by those before it
				for _, x := range append(whole.exchanges, merged.exchanges...) {
					x.Decoded = nil
				}
			}
			if diff := cmp.Diff(whole.header, merged.header); diff != "" {
				t.Errorf("header (-whole +merged):\n%s", diff)
			}
			if diff := cmp.Diff(whole.exchanges, merged.exchanges); diff != "" {
				t.Errorf("exchanges (-whole +merged):\n%s", diff)
			}
			if diff := cmp.Diff(whole.bodies, merged.bodies); diff != "" {
				t.Error("bodies differ")
			}
			if said := "proxy: in more than one of them, and kept once: " + count(int64(twice), "exchange") + "\n"; twice > 0 != strings.Contains(talk.String(), said) {
				t.Errorf("said:\n%s\nwant %s", talk.String(), said)
			}
			found, err := store.Check(in("merged.db"))
			mustDo(t, err)
			if !found.Whole() {
				t.Errorf("check: %v", found.Problems)
			}
		})
	}
}
