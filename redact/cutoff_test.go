package redact

import (
	"strings"
	"testing"
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
	rest, guessed := s.Cut()
	out += string(rest)
	if len(out) != len(before+part) || !strings.HasPrefix(out, before) || strings.Contains(out, part[len(part)-12:]) || strings.Contains(out, part[6:20]) {
		t.Errorf("%s%s became %s, %t", before, part, out, guessed)
	}
}
