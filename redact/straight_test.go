package redact

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// straight does what Bytes does, and looks for every spelling at every place. What is replaced of
// each byte it keeps as bits, six of a character of base64.
func straight(r *Redactor, src []byte) []byte {
	const all = 0xFF
	out, done := bytes.Clone(src), make([]byte, len(src))
	covered, known := 0, uint64(0)
	var looked []string
	cues := &text{now: src}
	replace := func(i int, to string) {
		for k := range len(to) {
			if done[i+k] != all {
				out[i+k], done[i+k] = to[k], all
			}
		}
		covered = max(covered, i+len(to))
	}
	for i := 0; i+minSecret <= len(src); i++ {
		if i >= covered {
			r.readCues(cues, src[i:], true)
		}
		if known != r.forms.change+1 { // something was learned
			known, looked = r.forms.change+1, nil
			for _, s := range r.secrets {
				looked = append(looked, s.spellings()...)
				if keptPrefix(s.value) > 0 {
					looked = append(looked, s.standIn)
				}
			}
		}
		longest := 0
		for _, from := range looked {
			if len(from) > longest && bytes.HasPrefix(src[i:], []byte(from)) {
				longest = len(from)
			}
		}
		found, to := r.forms.find(src[i : i+longest])
		switch {
		case found == nil:
			if i >= covered {
				n, _ := r.forms.marks.tokenAt(src[i:])
				replace(i, r.tokenStandIn(src[i:], n))
			}
		case i+longest <= covered:
		case !found.isBase64():
			replace(i, to)
		default:
			straight64(src, out, done, found, i)
			covered = i + longest
		}
	}
	return out
}

// straight64 replaces bit by bit the base64 of a secret of which the first character that has no other
// bits is at i.
func straight64(src, out, done []byte, f *form, i int) {
	before := int(f.way) % wayURL64
	skipped := 8 * before // bits of the neighbour in the group
	inside := (skipped + 5) / 6
	was, is := bits(f.of.value), bits(f.of.standIn)
	for k := max(i-1, 0); ; k++ {
		at := 6*(inside+k-i) - skipped // of the character's first bit in the value
		if at >= len(was) || k == len(src) {
			return
		}
		number, to, mask := strings.IndexByte(base64Std, src[k]), strings.IndexByte(base64Std, out[k]), 0
		if number < 0 {
			number, to = strings.IndexByte(base64URL, src[k]), strings.IndexByte(base64URL, out[k])
		}
		agrees := number >= 0
		for bit := range 6 {
			if at+bit < 0 || at+bit >= len(was) {
				continue
			}
			one := 1 << (5 - bit)
			agrees = agrees && number&one/one == int(was[at+bit])
			if int(done[k])&one == 0 {
				mask |= one
				to = to&^one | one*int(is[at+bit])
			}
		}
		if agrees && mask > 0 {
			letters := base64Std
			if strings.ContainsAny(string(src[k]), "-_") || f.way >= wayURL64 && at >= 0 && at+6 <= len(was) {
				letters = base64URL
			}
			out[k] = letters[to]
			done[k] |= byte(mask)
		}
		if at >= 0 && at+6 <= len(was) {
			done[k] = 0xFF
		}
	}
}

// bits are those of each byte, the highest first.
func bits(s string) (all []byte) {
	for _, c := range []byte(s) {
		for bit := range 8 {
			all = append(all, c>>(7-bit)&1)
		}
	}
	return all
}

// With many secrets, and texts of which each place is looked at in another step.
func TestLikeStraight(t *testing.T) {
	for seed := range uint64(often(12)) {
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
	if got := len(r.forms.words.table); got <= 1<<minWordBits || got > 1<<maxWordBits {
		t.Errorf("%d bytes", got)
	}
	if r.forms.words.full() || r.String(last) == last {
		t.Error("not usable any more")
	}
}
