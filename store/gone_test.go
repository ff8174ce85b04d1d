package store

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/google/go-cmp/cmp"
	"runnertape"
)

// mustBeGone looks for pieces of the secret in a file as it is.
func (s *secretive) mustBeGone(path string) {
	s.t.Helper()
	file, err := os.ReadFile(path)
	must(s.t, err)
	for i := range len(s.secret) - s.piece + 1 {
		if at := bytes.Index(file, s.secret[i:i+s.piece]); at >= 0 {
			s.t.Errorf("%d bytes of the secret are in %s at %d, page %d", s.piece, filepath.Base(path), at, at/os.Getpagesize())
			return
		}
	}
}

// mustHave compares a recording, in one file or several, with what is to be in it.
func (s *secretive) mustHave(paths ...string) {
	s.t.Helper()
	n := 0
	for _, path := range paths {
		mustBeWhole(s.t, path)
		r, err := Open(path)
		must(s.t, err)
		for x, err := range r.Exchanges() {
			must(s.t, err)
			n++
			s.mustBe(r, x)
		}
		must(s.t, r.Close())
	}
	if n != len(s.xs) && (!s.bounded || n == 0) {
		s.t.Errorf("%d exchanges, want %d", n, len(s.xs))
	}
}

func (s *secretive) mustBe(r *Reader, x *runnertape.Exchange) {
	s.t.Helper()
	for i, side := range sides {
		got, want := readBody(s.t, r, x.ID, side), s.bodies[x.ID][i]
		if x.State != runnertape.Done { // of what is in flight the last piece is not kept
			want = want[:min(len(got), len(want))]
		}
		if !bytes.Equal(got, want) {
			s.t.Errorf("%s body of exchange %d differs", side, x.ID)
		}
	}
	want := clone(s.xs[x.ID])
	want.Request.Body = x.Request.Body
	if want.Response != nil && x.Response != nil {
		want.Response.Body = x.Response.Body
	}
	if diff := cmp.Diff(want, x); diff != "" {
		s.t.Errorf("exchange %d (-want +got):\n%s", x.ID, diff)
	}
}

// killGrowing makes what is in flight end where its recorder was closed.
func (s *secretive) killGrowing(path string) {
	r, err := Open(path)
	must(s.t, err)
	defer r.Close()
	for _, id := range s.growing {
		for i, side := range sides {
			s.bodies[id][i] = readBody(s.t, r, id, side)
		}
	}
	s.growing = nil
	s.piece = len(s.secret) // bodies may end within it
}
