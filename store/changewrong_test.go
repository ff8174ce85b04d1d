package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"runnertape"
)

func TestChangesThatCannotBe(t *testing.T) {
	_, w := newRecording(t)
	must(t, w.Put(exchange(1, runnertape.InFlight)))
	must(t, w.Write(1, runnertape.RequestSide, []byte("four")))
	unanswered := exchange(3, runnertape.Done)
	unanswered.Response = nil
	must(t, w.Put(unanswered))
	must(t, w.Put(exchange(2, runnertape.Done)))
	for name, err := range map[string]error{
		"amend one that is not there":     w.Amend(exchange(9, runnertape.Done)),
		"overwrite one that is not there": w.Overwrite(9, runnertape.RequestSide, 0, []byte("x")),
	} {
		if !errors.Is(err, ErrNoExchange) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"end one by amending it":       w.Amend(exchange(1, runnertape.Done)),
		"begin one again":              w.Amend(exchange(2, runnertape.InFlight)),
		"overwrite more than there is": w.Overwrite(1, runnertape.RequestSide, 2, []byte("xxx")),
		"overwrite before the start":   w.Overwrite(1, runnertape.RequestSide, -1, []byte("xx")),
		"overwrite what is empty":      w.Overwrite(2, runnertape.ResponseSide, 0, []byte("x")),
		"overwrite no answer":          w.Overwrite(3, runnertape.ResponseSide, 0, []byte("x")),
		"replace no answer":            w.Replace(3, runnertape.ResponseSide, []byte("x")),
		"replace while it grows":       w.Replace(1, runnertape.RequestSide, []byte("x")),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	must(t, w.Replace(2, runnertape.ResponseSide, []byte("x"))) // and it can go on
	must(t, w.Scrub(func([]byte) bool { return false }))
	must(t, w.Close())
}

// What was changed is read back before it is in the file.
func TestExchangesHaveTheirChanges(t *testing.T) {
	_, w := newRecording(t)
	large := bytes.Repeat([]byte("large"), 10_000)
	for id, state := range map[uint64]runnertape.State{1: runnertape.Done, 2: runnertape.Done, 3: runnertape.InFlight} {
		must(t, w.Write(id, runnertape.RequestSide, []byte("small")))
		must(t, w.Write(id, runnertape.ResponseSide, large))
		must(t, w.Put(exchange(id, state)))
	}
	for x, err := range w.Exchanges(0, 3) {
		must(t, err)
		x.Host = "amended"
		must(t, w.Amend(x))
		must(t, w.Overwrite(x.ID, runnertape.RequestSide, 0, []byte("S")))
		must(t, w.Overwrite(x.ID, runnertape.ResponseSide, 0, []byte("L")))
	}
	copy(large, "L")
	for _, known := range []bool{false, true} {
		seen := 0
		for x, err := range w.Exchanges(2, 3) {
			must(t, err)
			seen++
			if x.Host != "amended" {
				t.Errorf("exchange %d is of %s", x.ID, x.Host)
			}
			if x.ID == 3 {
				continue
			}
			if b := x.Request.Body; b.SHA256 != sha256.Sum256([]byte("Small")) || b.Stored != 5 {
				t.Errorf("request body %+v", b)
			}
			if b := x.Response.Body; b.Stored != int64(len(large)) || known && b.SHA256 != sha256.Sum256(large) {
				t.Errorf("response body %+v", b)
			}
		}
		if seen != 2 {
			t.Errorf("%d exchanges", seen)
		}
		must(t, w.Scrub(func([]byte) bool { return false }))
	}
	must(t, w.Close())
}
