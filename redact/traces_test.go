package redact

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// sendPatches sends a log in patches that end at some places.
func sendPatches(t *testing.T, k *keeping, s *Sink, log string, ends []int) (kept []byte) {
	t.Helper()
	at, id := 0, uint64(len(k.exchanges))
	for _, end := range append(ends, len(log)) {
		if end <= at {
			continue
		}
		id++
		drive(t, newRandom(id), s, id, call{
			method: "PATCH", target: "/api/v4/jobs/7/trace", body: []byte(log[at:end]), status: 202,
			request: []string{"Content-Type", "text/plain", "Content-Range", fmt.Sprintf("%d-%d", at, end-1)},
		})
		kept = append(kept[:at], k.bodies[bodyKey(id, runnertape.RequestSide)]...)
		at = end
	}
	kept = kept[:0]
	for n := uint64(len(k.exchanges)) - id + 1; n <= id; n++ {
		kept = append(kept, k.bodies[bodyKey(n, runnertape.RequestSide)]...)
	}
	return kept
}

// A log in patches is kept as if it had come in one, wherever it was cut.
func TestTraceCuts(t *testing.T) {
	secret, other := "k7Abc123defGhi", "k7Abc123"
	pem := "-----BEGIN PRIVATE KEY-----\nAbCd1234EfGh5678\nIjKl9012MnOp3456\n-----END PRIVATE KEY-----"
	log := "it is " + secret + " or " + other + "x\nand " + base64.StdEncoding.EncodeToString([]byte("u:"+secret+"!")) + "\r\n" +
		"glpat-Ab12Cd34Ef56Gh78Ij90 and glrt-t1_Ab12Cd34Ef56Gh78Ij90Xy.\n" +
		"Authorization: Bearer Zz9Yy8Xx7Ww6Vv5Uu4\n" + pem + "\nk7Abc123defGh is not it, k7Abc123defGhi is"
	one := func(ends ...int) string {
		k := newKeeping(t)
		r := knowing(testKey, []string{secret, other, pem})
		s := NewSink(k, r, decode.NewDecoder(), nil)
		kept := sendPatches(t, k, s, log, ends)
		if k.dirty {
			t.Error("not scrubbed")
		}
		return string(kept)
	}
	want := one()
	if bytes.Contains([]byte(want), []byte(secret)) || len(want) != len(log) {
		t.Fatalf("%q", want)
	}
	var all []int
	for at := range log {
		all = append(all, at)
		if got := one(at); got != want {
			t.Errorf("cut at %d, behind %q:\n%q, want\n%q", at, log[max(0, at-20):at], got, want)
		}
		if got := one(at, min(at+3, len(log)), min(at+4, len(log))); got != want {
			t.Errorf("cut thrice at %d, behind %q:\n%q, want\n%q", at, log[max(0, at-20):at], got, want)
		}
	}
	if got := one(all...); got != want {
		t.Errorf("byte by byte:\n%q, want\n%q", got, want)
	}
}
