package store

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

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
