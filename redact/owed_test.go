package redact

import (
	"fmt"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// Where a sketch says of too many exchanges that they may have a secret, the latest are read at once, and the
// others by Commits or in the end, also where it is cut by patches and lies in two slices.
func TestOwed(t *testing.T) {
	const many = 4 * maxSlice
	token := "glcbt-64_" + randomOf(newRandom(1), alnum, 20)
	secret := randomOf(newRandom(2), alnum, 24)
	for _, way := range []struct {
		name   string
		finish func(s *Sink) error
	}{
		{"commits", func(s *Sink) error {
			for range many / maxSlice {
				if err := s.Commit(); err != nil {
					return err
				}
			}
			return s.Commit()
		}},
		{"finish", func(s *Sink) error {
			if left, err := s.Finish(func() bool { return true }); left < many-100 || err != nil {
				return fmt.Errorf("%d exchanges are left, error %w", left, err)
			}
			left, err := s.Finish(func() bool { return false })
			if left > 0 {
				t.Errorf("%d exchanges are left", left)
			}
			return err
		}},
		{"killed", func(s *Sink) error { // the next one goes on by the note, which is of no use as it is
			k := s.late.keeper.(*keeping)
			next := NewSink(k, New(testKey), decode.NewDecoder(), nil)
			next.late.atOnce = 50
			if left, err := next.Finish(func() bool { return true }); left != many+1 || err != nil || k.owed == nil {
				return fmt.Errorf("broken off: %d left, error %w", left, err)
			}
			_, err := next.Finish(func() bool { return false })
			return err
		}},
		{"killed, and used", func(s *Sink) error {
			next := NewSink(s.late.keeper, New(testKey), decode.NewDecoder(), nil)
			next.late.atOnce = 50
			for id := uint64(many + 2); id < many+20; id++ {
				drive(t, newRandom(id), next, id, call{method: "GET", target: "/z", status: 200})
				if err := next.Commit(); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			k := newKeeping(t)
			s := NewSink(k, New(testKey), decode.NewDecoder(), nil)
			s.late.atOnce = 50
			rnd := newRandom(3)
			log := []byte("it is " + secret + ".")
			for id := uint64(1); id <= many; id++ {
				c := call{method: "GET", target: "/x", status: 200}
				switch cut := 12; id {
				case maxSlice:
					c = patchCall(token, log[:cut], 0)
				case maxSlice + 1:
					c = patchCall(token, log[cut:], cut)
				case many - 1:
					c.response, c.answer = []string{"Content-Type", "text/plain"}, log
				}
				drive(t, rnd, s, id, c)
			}
			for _, f := range s.late.sketch.filters { // it is full
				for i := range f.words {
					f.words[i] = ^uint64(0)
				}
			}
			before := k.reads
			drive(t, rnd, s, many+1, call{method: "GET", target: "/y", request: []string{"Job-Token", secret}, status: 200})
			if n := k.reads - before; n > 3*50 {
				t.Errorf("%d exchanges are read at once", n)
			}
			if got := string(k.body(many-1, runnertape.ResponseSide)); strings.Contains(got, secret) {
				t.Error("it is in one of the latest")
			}
			if standIn := s.secrets.StandIn(secret); !strings.Contains(string(k.owed), standIn) || strings.Contains(string(k.owed), secret) {
				t.Errorf("the note is %q, of %s", k.owed, standIn)
			}
			if err := way.finish(s); err != nil {
				t.Fatal(err)
			}
			if k.owed != nil {
				t.Errorf("the note is still there: %q", k.owed)
			}
			want := "it is " + s.secrets.StandIn(secret) + "."
			if got := string(k.body(maxSlice, runnertape.RequestSide)) + string(k.body(maxSlice+1, runnertape.RequestSide)); got != want {
				t.Errorf("%q, want %q", got, want)
			}
			if k.dirty {
				t.Error("it is not scrubbed")
			}
		})
	}
}

// patchCall is a piece of a trace.
func patchCall(token string, p []byte, at int) call {
	return call{
		method: "PATCH", target: "/api/v4/jobs/7/trace", body: p, status: 202,
		request: []string{"Job-Token", token, "Content-Type", "text/plain", "Content-Range", fmt.Sprintf("%d-%d", at, at+len(p)-1)},
	}
}

// Of what a recorder before kept, the latest is looked at once, and the others by and by; then it is in the sketch.
func TestOwedOfOlder(t *testing.T) {
	const many = 3 * maxSlice
	secret := randomOf(newRandom(2), alnum, 24)
	k := newKeeping(t)
	before := NewSink(k, New(testKey), decode.NewDecoder(), nil)
	for id := uint64(1); id <= many; id++ {
		c := call{method: "GET", target: "/x", status: 200}
		if id == 2 || id == many-1 {
			c.response, c.answer = []string{"Content-Type", "text/plain"}, []byte("it is "+secret+".")
		}
		drive(t, newRandom(id), before, id, c)
	}
	s := NewSink(k, New(testKey), decode.NewDecoder(), nil)
	s.late.atOnce = 50
	reads := k.reads
	drive(t, newRandom(1), s, many+1, call{method: "GET", target: "/y", request: []string{"Job-Token", secret}, status: 200})
	if n := k.reads - reads; n > 2*50 {
		t.Errorf("%d exchanges are read at once", n)
	}
	if got := string(k.body(many-1, runnertape.ResponseSide)); strings.Contains(got, secret) {
		t.Error("it is in one of the latest")
	}
	if k.owed == nil {
		t.Error("there is no note of the others")
	}
	for range many/maxSlice + 2 {
		if err := s.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	if got := string(k.body(2, runnertape.ResponseSide)); strings.Contains(got, secret) {
		t.Error("it is in one of the others")
	}
	if k.owed != nil {
		t.Errorf("the note is still there: %q", k.owed)
	}
	if s.late.before != 0 {
		t.Errorf("%d exchanges are in no sketch", s.late.before)
	}
}
