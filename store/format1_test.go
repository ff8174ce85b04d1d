package store

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// format1 is a recording that the first version of the program wrote: one
// exchange with a small and a large body, one in flight with a chunk, one without
// bodies.
func format1(t *testing.T) string {
	t.Helper()
	packed, err := os.Open("testdata/format-1.db.gz")
	must(t, err)
	defer packed.Close()
	unpack, err := gzip.NewReader(packed)
	must(t, err)
	content, err := io.ReadAll(unpack)
	must(t, err)
	path := filepath.Join(t.TempDir(), "format-1.db")
	must(t, os.WriteFile(path, content, 0o600))
	return path
}

func TestFormat1IsRead(t *testing.T) {
	path := format1(t)
	if f := mustBeWhole(t, path); f.Exchanges != 3 || f.InFlight != 1 || f.Bodies != 3 {
		t.Errorf("found %+v", f)
	}
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	want := runnertape.Recording{Format: 1, Created: time.Unix(1, 2).UTC(), Program: "runnertape of format 1", Upstream: "http://gitlab.example"}
	if diff := cmp.Diff(want, r.Header()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	mustHaveFormat1(t, r)
}

func TestFormat1GoesOnAsFormat2(t *testing.T) {
	path := format1(t)
	w, err := Append(path)
	must(t, err)
	if w.LastID() != 3 || w.Header().Format != Format {
		t.Errorf("last id %d, header %+v", w.LastID(), w.Header())
	}
	must(t, w.Write(4, runnertape.RequestSide, []byte("new")))
	must(t, w.Put(exchange(4, runnertape.Done)))
	must(t, w.Close())
	if f := mustBeWhole(t, path); f.Exchanges != 4 || f.InFlight != 1 {
		t.Errorf("found %+v", f)
	}
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	if r.Header().Format != Format || string(readBody(t, r, 4, runnertape.RequestSide)) != "new" {
		t.Errorf("header %+v", r.Header())
	}
	mustHaveFormat1(t, r)
}

func TestFormat1Changes(t *testing.T) {
	path := format1(t)
	w, err := Append(path)
	must(t, err)
	for x, err := range w.Exchanges(0, 9) {
		must(t, err)
		x.Request.Target = "/amended"
		must(t, w.Amend(x))
	}
	must(t, w.Overwrite(1, runnertape.RequestSide, 1, []byte("MALL")))
	must(t, w.Overwrite(1, runnertape.ResponseSide, maxChunkBytes-1, []byte("CUT")))
	must(t, w.Overwrite(2, runnertape.RequestSide, 0, []byte("CUT")))
	must(t, w.Scrub(func([]byte) bool { return false }))
	must(t, w.Close())
	mustBeWhole(t, path)
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	if got := readBody(t, r, 1, runnertape.RequestSide); string(got) != "sMALL" {
		t.Errorf("request body %q", got)
	}
	if got := readBody(t, r, 1, runnertape.ResponseSide); string(got[maxChunkBytes-1:maxChunkBytes+2]) != "CUT" {
		t.Errorf("response body %q", got[maxChunkBytes-5:maxChunkBytes+5])
	}
	if got := readBody(t, r, 2, runnertape.RequestSide); string(got[:3]) != "CUT" {
		t.Errorf("body in flight %q", got[:5])
	}
	for x, err := range r.Exchanges() {
		must(t, err)
		if x.Request.Target != "/amended" {
			t.Errorf("exchange %d is of %s", x.ID, x.Request.Target)
		}
	}
}

func mustHaveFormat1(t *testing.T, r *Reader) {
	t.Helper()
	if got := readBody(t, r, 1, runnertape.RequestSide); string(got) != "small" {
		t.Errorf("request body %q", got)
	}
	if got := readBody(t, r, 1, runnertape.ResponseSide); !bytes.Equal(got, bytes.Repeat([]byte("large"), maxChunkBytes/4)) {
		t.Errorf("response body of %d bytes", len(got))
	}
	if got := readBody(t, r, 2, runnertape.RequestSide); len(got) != maxChunkBytes {
		t.Errorf("body in flight of %d bytes", len(got))
	}
	for id, state := range map[uint64]runnertape.State{1: runnertape.Done, 2: runnertape.InFlight, 3: runnertape.Done} {
		x, err := r.Exchange(id)
		must(t, err)
		want := exchange(id, state)
		want.Request.Body = x.Request.Body
		if want.Response != nil {
			want.Response.Body = x.Response.Body
		}
		if diff := cmp.Diff(want, x); diff != "" {
			t.Errorf("exchange %d (-want +got):\n%s", id, diff)
		}
	}
}
