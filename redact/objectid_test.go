package redact

import (
	"strings"
	"testing"
)

// The names of objects stay in what git says, however it is cut, and nowhere else. A secret beside one does not.
func TestObjectIDsStay(t *testing.T) {
	rnd := newRandom(7)
	const hex = "0123456789abcdef"
	sum := randomOf(rnd, hex, 40)
	short, key, other := sum[10:19], randomOf(rnd, hex, 24), randomOf(rnd, alnum, 20)+"1aB"
	r := New(testKey)
	for _, secret := range []string{sum, short, key, other} {
		if !r.Learn(secret) {
			t.Fatalf("%s is not learned", secret)
		}
	}
	lists := "003f" + sum + " refs/heads/main\n0048" + sum + sum[:24] + " refs/heads/other\n0032want " + sum + "\n0010" + sum[:36]
	text := lists + " ERR " + key + " " + other + "\n" + short + " " + strings.Repeat("x", 100)
	want := lists + r.String(text)[len(lists):]
	if strings.Contains(want, key) || strings.Contains(want, other) || strings.Contains(want[len(lists):], short) {
		t.Fatalf("%s became %s", text, want)
	}
	for longest := 1; longest < len(text); longest += 1 + longest/2 {
		s := r.NewStream()
		s.text.git = true
		got := ""
		for rest := text; rest != ""; {
			n := 1 + rnd.IntN(min(longest, len(rest)))
			got += string(s.Write([]byte(rest[:n])))
			rest = rest[n:]
		}
		if got += string(s.End()); got != want {
			t.Fatalf("in pieces of up to %d it became\n%s, want\n%s", longest, got, want)
		}
	}
	if got := r.String(lists); got == lists {
		t.Error("they stay elsewhere too")
	}
}
