package redact

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A given secret stays known whatever else is learned; one that cannot be replaced is named.
func TestGive(t *testing.T) {
	rnd := newRandom(1)
	r := New(testKey)
	r.keepJournal()
	const given = "Given-Secret-12345"
	if unfit := r.Give(Given{Values: []string{"short", " " + given + "\n", "xxxxxxxxxxxx", given, ""}}); !slices.Equal(unfit, []int{0, 2, 4}) {
		t.Errorf("unfit are %v", unfit)
	}
	first := r.String(given)
	for range 4 {
		r.release(r.takeJournal(nil))
		r.Learn(randomOf(rnd, alnum, maxSecret))
	}
	for range 20 {
		r.Learn(randomOf(rnd, alnum, maxSecret))
		r.release(r.takeJournal(nil))
	}
	if r.recall.idle.Len()+r.recall.shown.Len() > 20 {
		t.Error("nothing was forgotten")
	}
	if got := r.String(given); got == given || got != first {
		t.Errorf("%s became %s, then %s", given, first, got)
	}
}

func TestPatterns(t *testing.T) {
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`key is (\S+)`), regexp.MustCompile(`PIN-[A-Z]\w{8,}`), regexp.MustCompile(`x*`), regexp.MustCompile(`(a)?zzz`), regexp.MustCompile(`^whole [0-9a-z]+$`),
	}
	knowing := func() *Redactor {
		r := New(testKey)
		r.Give(Given{Patterns: patterns})
		return r
	}
	rnd := newRandom(2)
	secret, pin := randomOf(rnd, alnum, 14)+"1aB", "PIN-B"+randomOf(rnd, alnum, 12)
	text := "before " + secret + "\r\nthe key is " + secret + " here\nkey is a\nzzz\n" + pin + strings.Repeat(" long", 30_000) + "\nkey is xxxxxxxxxxxx\nwhole 1234567890abc\r\n" + secret + pin
	r := knowing()
	want := strings.ReplaceAll(strings.ReplaceAll(text, secret, r.StandIn(secret)), pin, r.StandIn(pin))
	want = strings.ReplaceAll(want, "whole 1234567890abc", r.StandIn("whole 1234567890abc"))
	want = strings.Replace(want, r.StandIn(secret), secret, 1) // nobody knew it in the line before
	if got := knowing().String(text); got != want {
		t.Errorf("%q became\n%q, want\n%q", text, got, want)
	}
	for _, longest := range []int{1, 100, 100_000} {
		if got := inPieces(knowing(), rnd, text, longest); got != want {
			t.Errorf("in pieces of up to %d it became %q", longest, got)
		}
	}
	if again := knowing().String(want); again != want {
		t.Errorf("%q became %q", want, again)
	}
}

// A pattern may name a key of JSON, whose strings are looked at one by one otherwise.
func TestPatternInJSON(t *testing.T) {
	r := New(testKey)
	r.Give(Given{Patterns: []*regexp.Regexp{regexp.MustCompile(`"pin":"([^"]+)"`), regexp.MustCompile(`^code (\S+)$`)}})
	body := []byte(`{"list":["Abcd-1234-x"],"pin":"Abcd-1234-x","text":"code \u0041bcd5678zz"}`)
	got := string(r.redactJSON(bytes.Clone(body), firstValue(body)))
	if strings.Contains(got, "1234") || strings.Contains(got, "5678") || len(got) != len(body) {
		t.Errorf("%s became %s", body, got)
	}
}

// A stream that has no line ends is not held back for ever.
func TestPatternHoldsLittle(t *testing.T) {
	r := New(testKey)
	r.Give(Given{Patterns: []*regexp.Regexp{regexp.MustCompile("never")}})
	s := r.NewStream()
	for range 100 {
		s.Write(bytes.Repeat([]byte("x"), 10_000))
		if held := len(s.text.now) - s.out; held > maxPatternLine+1 {
			t.Fatalf("%d bytes are held back", held)
		}
	}
}
