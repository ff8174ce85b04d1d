package redact

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// counting is a Keeper that counts what is read of its bodies.
type counting struct {
	*keeping
	bytes int
}

func (k *counting) BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	r, err := k.keeping.BodyAt(id, side, offset)
	return &counted{r, k}, err
}

type counted struct {
	io.ReadCloser
	by *counting
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.by.bytes += n
	return n, err
}

// A text that tells a new secret in each line has what is kept read no more often than it pays for, and what was
// said before is replaced all the same: in the text itself when it ends, elsewhere when all is finished.
func TestNewSecretsEverywhere(t *testing.T) {
	rnd := newRandom(6)
	k := &counting{keeping: newKeeping(t)}
	s := NewSink(k, New(testKey), decode.NewDecoder(), nil)
	s.late.credit = 0
	early, own := randomOf(rnd, alnum, 30), randomOf(rnd, alnum, 30)
	var text strings.Builder
	fmt.Fprintf(&text, "first %s\n", own)
	for text.Len() < 256<<10 {
		fmt.Fprintf(&text, "and now password=%s is one more of them\n", randomOf(rnd, alnum, 20))
	}
	fmt.Fprintf(&text, "password=%s and password=%s\n", own, early)
	put := func(id uint64, body string, piece int) {
		x := runnertape.Exchange{ID: id, State: runnertape.InFlight, Request: runnertape.Request{Method: "PUT", Target: "/x", Header: fields([]string{"Content-Type", "text/plain"})}}
		last := x
		mustNot(t, s.Put(&x))
		for body != "" {
			n := min(piece, len(body))
			mustNot(t, s.Write(id, runnertape.RequestSide, []byte(body[:n])))
			body = body[n:]
		}
		last.State, last.Response = runnertape.Done, &runnertape.Response{Status: 200}
		mustNot(t, s.Put(&last))
	}
	put(1, "it was "+early, 1<<10)
	for i := range s.late.sketch.filters[0].words { // it cannot rule out anything
		s.late.sketch.filters[0].words[i] = ^uint64(0)
	}
	put(2, text.String(), 4<<10)
	passed := int(creditPerByte)*text.Len() + 2*int(creditPerExchange)
	if k.bytes > passed+4*text.Len() { // what it overdraws, and once more when it has ended
		t.Errorf("%d bytes were read for %d that passed", k.bytes, text.Len())
	}
	if strings.Contains(string(k.body(2, runnertape.RequestSide)), own) {
		t.Error("a secret is in the text that tells of it")
	}
	_, err := s.Finish(func() bool { return false })
	mustNot(t, err)
	if strings.Contains(string(k.body(1, runnertape.RequestSide)), early) {
		t.Error("a secret is in an exchange before")
	}
}

func mustNot(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
