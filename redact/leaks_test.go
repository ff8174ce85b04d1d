package redact

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// leakCases are the texts of testdata/leaks.txt, and what is to be found in each, as "offset value".
func leakCases(t testing.TB, r *Redactor) (texts []string, want [][]string) {
	t.Helper()
	file, err := os.ReadFile("testdata/leaks.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		line = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\e`, "\x1b").Replace(line)
		var text strings.Builder
		var found []string
		for line != "" {
			at := strings.IndexAny(line, "«‹")
			if at < 0 {
				break
			}
			text.WriteString(line[:at])
			isLeak := strings.HasPrefix(line[at:], "«")
			_, rest, _ := strings.Cut(line[at:], string([]rune(line[at:])[0]))
			value, rest, _ := strings.Cut(rest, map[bool]string{true: "»", false: "›"}[isLeak])
			if isLeak {
				found = append(found, fmt.Sprint(text.Len(), " ", value))
			} else {
				value = r.StandIn(value)
			}
			text.WriteString(value)
			line = rest
		}
		texts, want = append(texts, text.String()+line), append(want, found)
	}
	return texts, want
}

func placesOf(leaks []Leak) []string {
	var all []string
	for _, l := range leaks {
		all = append(all, fmt.Sprint(l.At, " ", l.Value))
	}
	slices.Sort(all)
	return all
}

func TestLeaks(t *testing.T) {
	key := NewKey()
	texts, want := leakCases(t, New(key))
	for i, text := range texts {
		r := New(key) // which knows none of the stand-ins
		if got := placesOf(r.Leaks([]byte(text))); !slices.Equal(got, want[i]) {
			t.Errorf("in %q found %q, want %q", text, got, want[i])
		}
	}
}

// A leak is found once, at its place, wherever a long text is cut.
func TestLeakStream(t *testing.T) {
	key := NewKey()
	texts, want := leakCases(t, New(key))
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var text strings.Builder
		var expected []string
		for _, i := range rnd.Perm(len(texts)) {
			text.WriteString(strings.Repeat("nothing here\n", rnd.IntN(3000)))
			for _, w := range want[i] {
				var at int
				var value string
				fmt.Sscan(w, &at, &value)
				expected = append(expected, fmt.Sprint(text.Len()+at, " ", value))
			}
			text.WriteString(texts[i] + "\n")
		}
		slices.Sort(expected)
		var got []Leak
		s := New(key).NewLeakStream(func(l Leak) { got = append(got, l) })
		for rest := text.String(); rest != ""; {
			n := min(len(rest), 1+rnd.IntN(9000))
			s.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		s.End()
		if found := placesOf(got); !slices.Equal(found, expected) {
			t.Fatalf("found\n%q\nwant\n%q", found, expected)
		}
	}
}

// Whatever a text is, its leaks lie in it, and are the same in two pieces.
func FuzzLeaks(f *testing.F) {
	key := make([]byte, 32)
	texts, _ := leakCases(f, New(key))
	for _, text := range texts {
		f.Add(text, uint(len(text)/2))
	}
	f.Fuzz(func(t *testing.T, text string, cut uint) {
		whole := New(key).Leaks([]byte(text))
		for _, l := range append(New(key).jsonLeaks([]byte(text)), whole...) {
			if l.At < 0 || l.Len < 1 || l.At+l.Len > len(text) || l.Kind == "" || l.Value == "" {
				t.Fatalf("%+v in %q", l, text)
			}
		}
		var pieces []Leak
		s := New(key).NewLeakStream(func(l Leak) { pieces = append(pieces, l) })
		cut %= uint(len(text)) + 1
		s.Write([]byte(text[:cut]))
		s.Write([]byte(text[cut:]))
		s.End()
		if a, b := placesOf(whole), placesOf(pieces); !slices.Equal(a, b) {
			t.Fatalf("in %q found %q, cut at %d %q", text, a, cut, b)
		}
	})
}
