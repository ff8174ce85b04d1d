package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

// secretive makes recordings with a secret in many places, and knows what is to be in them once
// the secret is replaced.
type secretive struct {
	t       *testing.T
	random  *rand.Rand
	w       *Writer
	secret  []byte
	standIn []byte
	next    uint64
	growing []uint64
	xs      map[uint64]*runnertape.Exchange // with the secret
	bodies  map[uint64]*[2][]byte           // with the secret
	samples [][]byte
	plain   bool // no secret any more
	bounded bool // some exchanges leave
	piece   int  // of the secret that must not be left
}

func newSecretive(t *testing.T, seed uint64) *secretive {
	s := &secretive{t: t, random: rand.New(rand.NewPCG(seed, 5)), xs: map[uint64]*runnertape.Exchange{}, bodies: map[uint64]*[2][]byte{}}
	s.piece = 8
	s.secret, s.standIn = s.noise(20), s.noise(20)
	return s
}

func (s *secretive) noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(s.random.Uint32())
	}
	return b
}

// content is a body with the secret where it is cut, and anywhere.
func (s *secretive) content() []byte {
	size := []int{0, 30, 900, InlineBytes - 5, InlineBytes, InlineBytes + 9, 20_000, ChunkBytes, ChunkBytes + 11, 2*ChunkBytes + 5, 3*ChunkBytes + 700}[s.random.IntN(11)]
	b := s.noise(size)
	if s.random.IntN(2) == 0 {
		copy(b, bytes.Repeat([]byte("a line of a log that is like the others\n"), size/40+1))
	}
	if len(s.samples) > 0 && s.random.IntN(4) == 0 { // as another, for chunks that are equal
		b = bytes.Clone(s.samples[s.random.IntN(len(s.samples))])
	}
	plant := func(at int) {
		near := b[max(0, min(at-len(s.secret), len(b))):max(0, min(at+2*len(s.secret), len(b)))]
		if !s.plain && at >= 0 && at+len(s.secret) <= len(b) && !bytes.Contains(near, s.secret) { // or it would cut that
			copy(b[at:], s.secret)
		}
	}
	for range s.random.IntN(4) {
		plant(s.random.IntN(len(b) + 1))
	}
	for _, edge := range []int{0, InlineBytes, ChunkBytes, 2 * ChunkBytes, len(b)} {
		if s.random.IntN(3) == 0 {
			plant(edge - s.random.IntN(len(s.secret)+1))
		}
	}
	s.samples = append(s.samples, b)
	return b
}

func (s *secretive) head(x *runnertape.Exchange) {
	value := strings.Repeat("head ", s.random.IntN(3)*s.random.IntN(500))
	if !s.plain && s.random.IntN(3) == 0 {
		at := s.random.IntN(len(value) + 1)
		value = value[:at] + string(s.secret) + value[at:]
	}
	x.Request.Header = append(x.Request.Header, runnertape.Field{Name: "X-Secret", Value: value})
	x.Request.Method = []string{"GET", "PUT", "POST", "PATCH", "HEAD"}[s.random.IntN(5)]
}

// step begins an exchange, or goes on with one, or ends one.
func (s *secretive) step() {
	switch n := s.random.IntN(4); {
	case n == 0 || len(s.growing) == 0:
		s.next++
		x := exchange(s.next, runnertape.InFlight)
		s.head(x)
		s.xs[x.ID], s.bodies[x.ID] = x, new([2][]byte)
		s.growing = append(s.growing, x.ID)
		must(s.t, s.w.Put(clone(x)))
	case n == 1:
		i := s.random.IntN(len(s.growing))
		id := s.growing[i]
		s.growing = append(s.growing[:i], s.growing[i+1:]...)
		x := exchange(id, runnertape.Done)
		x.Request.Header, x.Request.Method = s.xs[id].Request.Header, s.xs[id].Request.Method
		s.xs[id] = x
		must(s.t, s.w.Put(clone(x)))
	default:
		id := s.growing[s.random.IntN(len(s.growing))]
		side := sides[s.random.IntN(2)]
		b := s.content()
		cut := s.random.IntN(len(b) + 1)
		must(s.t, s.w.Write(id, side, b[:cut]))
		must(s.t, s.w.Write(id, side, b[cut:]))
		s.bodies[id][side-1] = append(s.bodies[id][side-1], b...)
	}
	if s.random.IntN(20) == 0 {
		must(s.t, s.w.Commit())
	}
}

func clone(x *runnertape.Exchange) *runnertape.Exchange {
	y := *x
	y.Request.Header = x.Request.Header.Clone()
	if x.Response != nil {
		r := *x.Response
		y.Response = &r
	}
	return &y
}

// clean replaces the secret by its stand-in, through the Writer and in what is to be there.
func (s *secretive) clean() {
	clean := func(text []byte) bool {
		found := bytes.Contains(text, s.secret)
		copy(text, bytes.ReplaceAll(text, s.secret, s.standIn))
		return found
	}
	for x, err := range s.w.Exchanges(0, math.MaxUint64) {
		must(s.t, err)
		changed := false
		for i := range x.Request.Header {
			value := []byte(x.Request.Header[i].Value)
			changed = clean(value) || changed
			x.Request.Header[i].Value = string(value)
		}
		if changed {
			s.xs[x.ID].Request.Header = x.Request.Header.Clone()
			must(s.t, s.w.Amend(x))
		}
		for i, side := range sides {
			s.cleanBody(x, i, side, clean)
		}
	}
	must(s.t, s.w.Scrub(clean))
	for _, b := range s.samples {
		clean(b)
	}
}

func (s *secretive) cleanBody(x *runnertape.Exchange, i int, side runnertape.Side, clean func([]byte) bool) {
	from := s.random.IntN(2) * s.random.IntN(len(s.bodies[x.ID][i])+1)
	r, err := s.w.BodyAt(x.ID, side, int64(from))
	must(s.t, err)
	got, err := io.ReadAll(r)
	must(s.t, err)
	body := s.bodies[x.ID][i]
	if !bytes.Equal(got, body[from:]) {
		s.t.Fatalf("%s body of exchange %d from %d on has %d bytes, want %d, or others", side, x.ID, from, len(got), len(body)-from)
	}
	if x.State == runnertape.Done && bytes.Contains(body, s.secret) && s.random.IntN(4) == 0 {
		clean(body)
		body = append(body[:s.random.IntN(len(body))], s.content()...)
		body = bytes.ReplaceAll(body, s.secret, s.standIn)
		s.bodies[x.ID][i] = body
		must(s.t, s.w.Replace(x.ID, side, body))
	}
	for at := 0; ; {
		n := bytes.Index(body[at:], s.secret)
		if n < 0 {
			break
		}
		at += n
		copy(body[at:], s.standIn)
		must(s.t, s.w.Overwrite(x.ID, side, int64(at), s.standIn))
	}
	r, err = s.w.BodyAt(x.ID, side, 0)
	must(s.t, err)
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, body) {
		s.t.Fatalf("%s body of exchange %d, changed: %d bytes, %v", side, x.ID, len(got), err)
	}
}

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

// copies are copies of a file as it is between two transactions: what a kill would leave.
type copies struct {
	folder  string
	n       int
	stopped chan struct{}
	done    chan struct{}
}

func copyMeanwhile(t *testing.T, w *Writer) *copies {
	c := &copies{folder: t.TempDir(), stopped: make(chan struct{}), done: make(chan struct{})}
	db, path := w.db, w.path
	go func() { // ends with stop
		defer close(c.done)
		for ; c.n < 4; c.n++ {
			select {
			case <-c.stopped:
				return
			default:
			}
			tx, err := db.Begin(true) // no other writes meanwhile
			if err != nil {
				t.Error(err)
				return
			}
			b, err := os.ReadFile(path)
			err = errors.Join(err, os.WriteFile(c.name(c.n), b, 0o600), tx.Rollback())
			if err != nil {
				t.Error(err)
				return
			}
		}
	}()
	return c
}

func (c *copies) name(n int) string { return filepath.Join(c.folder, fmt.Sprint(n)) }

// mustOpen checks the copies, and goes on with them.
func (c *copies) mustOpen(t *testing.T) {
	for n := range c.n {
		for _, w := range []string{"killed", "gone on"} {
			found, err := Check(c.name(n))
			must(t, err)
			for _, p := range found.Problems {
				if p != (mark{state: changing}).problem() && (w != "killed" || p != (mark{state: changed}).problem()) {
					t.Errorf("copy %d, %s: %s", n, w, p)
				}
			}
			a, err := Append(c.name(n))
			must(t, err)
			must(t, a.Close())
		}
	}
}

func TestChangedRecordingHasNothingOfWhatWasThere(t *testing.T) {
	for seed := range uint64(often(12)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := newSecretive(t, seed)
			path := filepath.Join(t.TempDir(), "recording.db")
			var err error
			s.w, err = Create(path, runnertape.Recording{})
			must(t, err)
			steps := func() {
				for range 60 + s.random.IntN(200) {
					s.step()
				}
			}
			if seed%4 == 2 {
				s.bounded = true
				must(t, s.w.Limit(Limit{MaxBytes: 6 << 20, Ends: func(*runnertape.Exchange) bool { return false }}))
			}
			steps()
			if seed%3 == 1 && !s.bounded { // go on with one that was compacted, and what was in flight in it
				must(t, s.w.Close())
				s.killGrowing(path)
				_, err := Compact(context.Background(), path, path, nil)
				must(t, err)
				s.w, err = Append(path)
				must(t, err)
				steps()
			}
			if seed%2 == 1 {
				s.w.groupBytes = 1 << 16 // more transactions
			}
			killed := copyMeanwhile(t, s.w)
			s.clean()
			close(killed.stopped)
			<-killed.done
			s.mustBeGone(path)
			s.plain = true
			steps()
			must(t, s.w.Close())
			s.mustBeGone(path)
			s.mustHave(path)
			killed.mustOpen(t)
		})
	}
}

// The files that were full change too; that one of them is gone is said, and stops nothing.
func TestEarlierFilesChange(t *testing.T) {
	for _, again := range []bool{false, true} { // the Writer is another than the one that began them
		t.Run(fmt.Sprint(again), func(t *testing.T) {
			s := newSecretive(t, 77)
			path := filepath.Join(t.TempDir(), "recording.db")
			var err error
			s.w, err = Create(path, runnertape.Recording{Key: []byte("key")})
			must(t, err)
			limit := Limit{MaxBytes: MinMaxBytes, Rotate: true}
			must(t, s.w.Limit(limit))
			for range 400 {
				s.step()
			}
			files := append(s.w.Left().Files, path)
			if len(files) < 4 {
				t.Fatalf("there are only %d files", len(files))
			}
			if again {
				must(t, s.w.Close())
				s.killGrowing(path)
				s.w, err = Append(path)
				must(t, err)
				must(t, s.w.Limit(limit))
			}
			s.clean()
			if u := s.w.Unreached(); len(u) > 0 {
				t.Errorf("unreached: %q", u)
			}
			for _, file := range files {
				s.mustBeGone(file)
			}
			for range s.w.Exchanges(0, 0) {
				t.Error("an exchange 0")
			}
			must(t, s.w.Close())
			s.mustHave(files...)

			must(t, os.Remove(files[1]))
			must(t, os.Truncate(files[2], 50_000))
			s.w, err = Append(path)
			must(t, err)
			n := 0
			for _, err := range s.w.Exchanges(0, math.MaxUint64) {
				must(t, err)
				n++
			}
			if u := s.w.Unreached(); n == 0 || n >= len(s.xs) || len(u) != 2 || !strings.Contains(u[0], files[2]+": ") || u[1] != files[1]+": it is not there" {
				t.Errorf("%d exchanges, unreached: %q", n, u)
			}
			must(t, s.w.Scrub(func([]byte) bool { return false }))
			must(t, s.w.Close())
		})
	}
}
