package store

import (
	"context"
	"path/filepath"
	"testing"

	"runnertape"
)

// Of an opaque body that was not kept the digest is the one that was given.
func TestDroppedBodyKeepsItsDigest(t *testing.T) {
	path, w := newRecording(t)
	passed := runnertape.Digest{1, 2, 3}
	for id, digest := range map[uint64]runnertape.Digest{1: passed, 2: {}} {
		x := exchange(id, runnertape.Done)
		x.Request.Body = runnertape.Body{Framing: runnertape.Length, Declared: 9, Bytes: 9, Opaque: true, SHA256: digest}
		x.Response.Body = runnertape.Body{Opaque: true} // empty, and so kept
		must(t, w.Put(x))
	}
	must(t, w.Close())
	compacted := filepath.Join(t.TempDir(), "compacted.db")
	_, err := Compact(context.Background(), path, compacted, nil)
	must(t, err)
	for _, name := range []string{path, compacted} {
		mustBeWhole(t, name)
		r, err := Open(name)
		must(t, err)
		for id, digest := range map[uint64]runnertape.Digest{1: passed, 2: {}} {
			x, err := r.Exchange(id)
			must(t, err)
			if b := x.Request.Body; !b.Opaque || b.SHA256 != digest || b.Stored != 0 {
				t.Errorf("%s: request body %+v", name, b)
			}
			if b := x.Response.Body; !b.Opaque || b.SHA256 != emptyDigest {
				t.Errorf("%s: response body %+v", name, b)
			}
		}
		must(t, r.Close())
	}
}
