package redact

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// straight does what Bytes does, and looks for every spelling at every place.
func straight(r *Redactor, text []byte) []byte {
	out, covered := bytes.Clone(text), 0
	for i := 0; i+minSecret <= len(text); i++ {
		longest, to := "", ""
		for from, f := range r.forms.byText {
			if len(from) > len(longest) && bytes.HasPrefix(text[i:], []byte(from)) {
				longest, to = from, f.to
			}
		}
		if to == "" && i >= covered {
			n, _ := tokenAt(text[i:])
			to = r.tokenStandIn(text[i : i+n])
		}
		for ; i+len(to) > covered && to != ""; covered++ {
			covered = max(covered, i)
			out[covered] = to[covered-i]
		}
	}
	return out
}

// With many secrets, and texts of which each place is looked at in another step.
func TestLikeStraight(t *testing.T) {
	for seed := range uint64(12) {
		rnd := newRandom(seed)
		var secrets []string
		for range 1 + seed%3*8 {
			secrets = append(secrets, randomSecrets(rnd)...)
		}
		r := knowing(testKey, secrets)
		text := []byte(strings.Repeat("x", int(seed)) + randomText(rnd, secrets))
		want := straight(knowing(testKey, secrets), text)
		if got := r.Bytes(bytes.Clone(text)); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: %q became\n%q, want\n%q", seed, text, got, want)
		}
	}
}

// Each prefix of a token is found at each place of a group of words.
func TestTokensAnywhere(t *testing.T) {
	rnd := newRandom(9)
	for _, prefix := range tokenPrefixes {
		for n := range 40 {
			token := prefix + randomOf(rnd, alnum+"-_.=", 20) + "z"
			text := strings.Repeat("\x00", n) + token + strings.Repeat(" ", 40-n)
			if got := New(testKey).String(text); strings.Contains(got, token) || got[:n+len(prefix)] != text[:n+len(prefix)] {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
}

// The tables grow with what is in them, and no more than that.
func TestWordsGrow(t *testing.T) {
	rnd := newRandom(2)
	r := New(testKey)
	var last string
	for i := range 6000 {
		last = randomOf(rnd, alnum, 12) + fmt.Sprint(i)
		r.Learn(last)
	}
	if got := len(r.forms.words.bits) * 64; got <= 1<<minWordBits || got > 1<<maxWordBits {
		t.Errorf("%d bits", got)
	}
	if r.forms.words.full() || r.String(last) == last {
		t.Error("not usable any more")
	}
}
