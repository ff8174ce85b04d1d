package redact

import (
	"fmt"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// Where a text breaks off, the beginning of what is known or shows itself is replaced, and nothing of it is learned.
func TestCut(t *testing.T) {
	const jwt = "eyJraWQiOiJkeVpiWGdaSXllSW9IM1NxZ3pBVCIsInR5cCI6IkpXVCIsImFsZyI6IlJTMjU2In0.eyJpc3MiOiJodHRwcyJ9.hqNqgj3wSgpEvAsrKcTumRnfvEaz"
	for _, whole := range []string{jwt, "glpat-Abcdefghij1234567890", "hunter2Qwertz1234"} {
		for n := minBegunJWT + 2; n <= len(whole); n++ {
			r := New(testKey)
			r.Learn(whole)
			checkCut(t, r, "NAME= ", whole[:n])
		}
	}
	for _, whole := range []string{jwt, "glpat-Abcdefghij1234567890", "glcbt-" + jwt} {
		for n := minBegunJWT + len("glcbt-"); n < len(whole); n++ {
			r := New(testKey)
			checkCut(t, r, "say ", whole[:n])
			if len(r.secrets) > 0 {
				t.Errorf("a part of %d bytes of %s is learned", n, whole)
			}
		}
	}
}

func checkCut(t *testing.T, r *Redactor, before, part string) {
	t.Helper()
	s := r.NewStream()
	out := string(s.Write([]byte(before + part)))
	rest, sure := s.Cut()
	out += string(rest)
	if len(out) != len(before+part) || !strings.HasPrefix(out, before) || strings.Contains(out, part[len(part)-12:]) || strings.Contains(out, part[6:20]) {
		t.Errorf("%s%s became %s, sure of %d", before, part, out, sure)
	}
}

// sendTrace sends pieces of a trace, the first from its beginning.
func sendTrace(t *testing.T, s *Sink, pieces ...string) {
	t.Helper()
	at := 0
	for i, piece := range pieces {
		drive(t, newRandom(uint64(i)), s, uint64(i+1), call{
			method: "PATCH", target: "/api/v4/jobs/7/trace", body: []byte(piece), status: 202,
			request: []string{"Content-Type", "text/plain", "Content-Range", fmt.Sprintf("%d-%d", at, at+len(piece)-1)},
		})
		at += len(piece)
	}
}

// A line of a key of which the first half was guessed gets one stand-in when the rest has come, also if the next line is a
// guess then and nothing goes on behind it.
func TestLineBetweenGuesses(t *testing.T) {
	const line, next = "Dn6LfhsGHReAEm1GWO8K3M7j0xRQyN9bDn63xoGf3yrZkZjM9K0rpCsUtf0Idl", "fXuVQJitUq1yIjvmW"
	begin := "-----BEGIN EC PRIVATE KEY-----\n"
	for n := 1; n < len(line); n++ {
		k, r := newKeeping(t), New(testKey)
		sendTrace(t, NewSink(k, r, decode.NewDecoder(), nil), begin+line[:n], line[n:]+"\n"+next)
		got := string(k.body(1, runnertape.RequestSide)) + string(k.body(2, runnertape.RequestSide))
		if want := begin + r.StandIn(line) + "\n"; !strings.HasPrefix(got, want) || strings.HasSuffix(got, next) {
			t.Errorf("cut at %d: %q, want %q", n, got, want)
		}
	}
}
