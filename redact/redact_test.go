package redact

import (
	"flag"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The properties every redaction has to have, tested on random texts full of
// random secrets in random encodings. A failure prints the seed.

var testKey = []byte("0123456789abcdef0123456789abcdef")

var moreOften = flag.Int("more-often", 1, "how many times as many random cases are tried, as in: go test ./redact -more-often 20")

// often is how many random cases are tried where n is usual: a quarter with -short, as with the race detector in .ci/run.
func often(n int) int {
	if testing.Short() {
		return max(1, n/4)
	}
	return n * *moreOften
}

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func randomOf(rnd *rand.Rand, letters string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[rnd.IntN(len(letters))]
	}
	return string(b)
}

const (
	alnum    = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	punctual = alnum + `-_.=+/!$%&"'\<> ` + "\n"
)

// randomSecrets are secrets of all forms; some are inside others, some overlap.
func randomSecrets(rnd *rand.Rand) []string {
	jwt := "eyJ" + randomOf(rnd, alnum, 80) + ".eyJ" + randomOf(rnd, alnum+"-_", 300) + "." + randomOf(rnd, alnum+"-_", 171)
	secrets := []string{
		"glrt-t1_" + randomOf(rnd, alnum, 20),
		"glrt-" + randomOf(rnd, alnum, 27) + ".01." + randomOf(rnd, alnum, 9),
		"glcbt-64_" + randomOf(rnd, alnum, 20),
		"glcbt-" + jwt,
		"glpat-" + randomOf(rnd, alnum, 20),
		"GR1348941" + randomOf(rnd, alnum, 20),
		jwt,
		randomOf(rnd, alnum, 20),
		"a1" + randomOf(rnd, punctual, 30) + "z9Q",
		"ünïcode-" + randomOf(rnd, alnum, 12),
		"-----BEGIN KEY-----\n" + randomOf(rnd, alnum+"+/", 64) + "\n" + randomOf(rnd, alnum+"+/", 40) + "==\n-----END KEY-----\n",
	}
	inner := secrets[7]
	return append(secrets, inner[10:]+randomOf(rnd, alnum, 12), "x"+inner+"y", inner[:14])
}

// spellings are the ways in which a secret is written in texts.
var spellings = []func(string) string{
	func(s string) string { return s },
	jsonSafe,
	jsonPlain,
	url.QueryEscape,
	func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") },
}

func randomText(rnd *rand.Rand, secrets []string) string {
	var b strings.Builder
	for range 40 {
		switch rnd.IntN(4) {
		case 0:
			b.WriteString(randomOf(rnd, punctual+"\x00\xff", rnd.IntN(60)))
		case 1:
			b.WriteString([]string{"gl", "glrt-", "\n[MASKED]\n", "\nxxxxxxxxxxxxxxxxxxxx\n", "=", "\x1b[0K", "GR13"}[rnd.IntN(7)])
		default:
			b.WriteString(spellings[rnd.IntN(len(spellings))](secrets[rnd.IntN(len(secrets))]))
		}
	}
	return b.String()
}

func knowing(key []byte, secrets []string) *Redactor {
	r := New(key)
	for _, s := range secrets {
		r.Learn(s)
	}
	return r
}

// inPieces is what a Stream makes of text in random pieces.
func inPieces(r *Redactor, rnd *rand.Rand, text string, longest int) string {
	var out strings.Builder
	s := r.NewStream()
	for text != "" {
		n := min(len(text), 1+rnd.IntN(longest))
		out.Write(s.Write([]byte(text[:n])))
		text = text[n:]
	}
	out.Write(s.End())
	return out.String()
}

func TestProperties(t *testing.T) {
	for seed := range uint64(often(200)) {
		rnd := newRandom(seed)
		secrets := randomSecrets(rnd)
		text := randomText(rnd, secrets)
		r := knowing(testKey, secrets)
		once := r.String(text)

		for _, s := range secrets {
			for _, spell := range spellings {
				if strings.Contains(once, strings.TrimSpace(spell(s))) {
					t.Fatalf("seed %d: %q is left in %q", seed, s, once)
				}
			}
		}
		if len(once) != len(text) {
			t.Fatalf("seed %d: length %d became %d", seed, len(text), len(once))
		}
		if again := knowing(testKey, secrets).String(text); again != once {
			t.Fatalf("seed %d: not deterministic:\n%s", seed, cmp.Diff(once, again))
		}
		if twice := r.String(once); twice != once {
			t.Fatalf("seed %d: not idempotent:\n%s", seed, cmp.Diff(once, twice))
		}
		var standIns []string
		for _, s := range secrets {
			standIns = append(standIns, r.StandIn(s))
		}
		if twice := knowing(testKey, standIns).String(once); twice != once {
			t.Fatalf("seed %d: not idempotent with a new Redactor:\n%s", seed, cmp.Diff(once, twice))
		}
		for _, longest := range []int{1, 3, 20, 500} {
			if cut := inPieces(knowing(testKey, secrets), rnd, text, longest); cut != once {
				t.Fatalf("seed %d: depends on cuts of up to %d:\n%s", seed, longest, cmp.Diff(once, cut))
			}
		}
		for _, kept := range []string{"[MASKED]", "xxxxxxxxxxxxxxxxxxxx"} {
			if strings.Count(once, kept) < strings.Count(text, kept) {
				t.Fatalf("seed %d: %s was replaced", seed, kept)
			}
		}
	}
}
