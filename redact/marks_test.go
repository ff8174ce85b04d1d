package redact

import (
	"bytes"
	"strings"
	"testing"
)

// sampleCues are "The key: VALUE;" and a long one that has the same beginning.
var sampleCues = []cue{
	{kind: "key", texts: []string{"The key: ", "the KEY= "}, read: func(p []byte, found func(string)) bool {
		_, value, _ := bytes.Cut(p, []byte(" "))
		_, value, _ = bytes.Cut(value, []byte(" "))
		value, _, closed := bytes.Cut(value, []byte(";"))
		found(string(value))
		return !closed
	}},
	{kind: "longer", texts: []string{"The key follows this: "}, read: func(p []byte, found func(string)) bool {
		found(string(p[22:min(len(p), 42)]))
		return len(p) < 42
	}},
}

func withCues(secrets ...string) *Redactor {
	r := New(testKey)
	r.forms = newForms(sampleCues)
	for _, s := range secrets {
		r.Learn(s)
	}
	return r
}

func TestCuesInThePass(t *testing.T) {
	rnd := newRandom(5)
	one, two, three := randomOf(rnd, alnum, 18), randomOf(rnd, alnum, 20), randomOf(rnd, alnum, 25)
	for _, form := range []string{
		"The key: 1;", "xxThe key: 1;1", "the KEY= 1; and the KEY= 3;\nThe key follows this: 2 behind it 2 and 1",
		"The key: 1", "The key:", "The key follows this", "The key: ;", strings.Repeat("The key: 1;", 50), "The key: The key: 1;",
	} {
		text := strings.NewReplacer("1", one, "2", two, "3", three).Replace(form)
		r := withCues()
		got := r.String(text)
		for _, s := range []string{one, two, three} {
			if strings.Contains(got, s) {
				t.Errorf("%q became %q", text, got)
			}
		}
		if again := withCues().String(got); again != got {
			t.Errorf("%q became %q, then %q", text, got, again)
		}
		for _, longest := range []int{1, 4, 30} {
			if cut := inPieces(withCues(), rnd, text, longest); cut != got {
				t.Errorf("%q in pieces of up to %d became %q, want %q", text, longest, cut, got)
			}
		}
	}
	known := "hides The key: in it"
	if got, want := withCues(known).String(known+two+";"), withCues(known).StandIn(known)+two+";"; got != want {
		t.Errorf("a cue within a secret made %q, want %q", got, want)
	}
}

// A cue is not read again for each byte that comes, and what it waits for has a bound.
func TestCueReadsLittle(t *testing.T) {
	read := 0
	r := New(testKey)
	r.forms = newForms([]cue{{kind: "endless", texts: []string{"endless"}, read: func(p []byte, _ func(string)) bool {
		read += len(p)
		return true
	}}})
	s := r.NewStream()
	text := []byte(strings.Repeat("endless"+strings.Repeat(".", 993), 100))
	for _, c := range text {
		s.Write([]byte{c})
		if held := len(s.text.now) - s.out; held > maxCue+1 {
			t.Fatalf("%d bytes are held back", held)
		}
	}
	if limit := 100 * 2 * maxCue; read > limit {
		t.Errorf("%d bytes are read, more than %d", read, limit)
	}
}

// Where cues stand close together, what is read does not depend on the pieces either.
func TestDenseCues(t *testing.T) {
	rnd := newRandom(3)
	var b strings.Builder
	for range 500 {
		b.WriteString("The key: " + randomOf(rnd, alnum, 8+rnd.IntN(300)) + strings.Repeat(";", rnd.IntN(2)))
	}
	text := b.String()
	want := withCues().String(text)
	for _, longest := range []int{1, 50, 5000} {
		if got := inPieces(withCues(), rnd, text, longest); got != want {
			t.Errorf("in pieces of up to %d it became %q, want %q", longest, got, want)
		}
	}
}

func TestOwnPrefixes(t *testing.T) {
	rnd := newRandom(6)
	token := randomOf(rnd, alnum, 19) + "z"
	for prefix, taken := range map[string]bool{
		"acme-": true, "pat": true, "ab": false, "": false, "x_y_z_longer-": true, "acme-glpat-": true, strings.Repeat("p", 65): false,
	} {
		r := New(testKey)
		if got := r.addPrefix(prefix); got != taken {
			t.Errorf("prefix %q: %v", prefix, got)
		}
		if !taken {
			continue
		}
		for n := range 40 {
			text := strings.Repeat("\x00", n) + prefix + token + strings.Repeat(" ", 40-n)
			got := r.String(text)
			if strings.Contains(got, token) || !strings.HasPrefix(got[n:], prefix) {
				t.Errorf("%q became %q", text, got)
			}
			if again := r.String(got); again != got {
				t.Errorf("%q became %q, then %q", text, got, again)
			}
			if other := New(testKey); other.addPrefix(prefix) && other.String(got) != got {
				t.Errorf("%q is changed by another", got)
			}
		}
		if got, want := r.StandIn(prefix+token), r.String("a " + prefix + token)[2:]; got != want {
			t.Errorf("declared it is %s, in text %s", got, want)
		}
		for _, text := range []string{prefix + "short1", prefix} {
			if got := r.String(text); got != text {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	r := New(testKey)
	r.addPrefix("the-")
	if got := r.String("the-quick-brown-fox-jumps-over"); got != "the-quick-brown-fox-jumps-over" {
		t.Errorf("words became %q", got)
	}
	r = New(testKey)
	for i := range maxPrefixes + 1 {
		if got := r.addPrefix("prefix" + string(rune('a'+i))); got != (i < maxPrefixes) {
			t.Errorf("prefix %d: %v", i, got)
		}
	}
	if !r.addPrefix("prefixa") {
		t.Error("a known prefix is one too many")
	}
}
