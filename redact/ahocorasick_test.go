package redact_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	bobusumisu "github.com/BobuSumisu/aho-corasick"
	petar "github.com/petar-dambovaliev/aho-corasick"

	"runnertape/redact"
)

// BenchmarkAhoCorasick compares the pass of a Redactor with Aho-Corasick libraries: the same spellings of
// the same secrets, in the same 64 KiB of a log. A Redactor replaces what it finds, and looks for tokens
// and cues besides; a library tells where it is. They take turns, so that only the ratios count: "x" is
// how many times as long as the Redactor one takes. "learn-x" is that for one more secret, which
// changes a Redactor's tables, and for which an automaton is built anew.
func BenchmarkAhoCorasick(b *testing.B) {
	for _, secrets := range []int{10, 300, 3000} {
		b.Run(fmt.Sprint(secrets), func(b *testing.B) {
			rnd := rand.New(rand.NewPCG(1, 1))
			r := redact.New([]byte("key"))
			var one string
			for i := range secrets {
				one = newToken(rnd)[9*(i%2):]
				r.Learn(one)
			}
			text := logWith(rnd, one)
			spellings := r.Spellings()
			hits := 0
			for _, s := range spellings {
				hits += bytes.Count(text, []byte(s))
			}

			var dfa petar.AhoCorasick
			var trie *bobusumisu.Trie
			stream := r.NewStream()
			learn := []func(){
				func() { r.Learn(newToken(rnd)) },
				func() {
					builder := petar.NewAhoCorasickBuilder(petar.Opts{MatchKind: petar.LeftMostLongestMatch, DFA: true})
					dfa = builder.Build(spellings)
				},
				func() { trie = bobusumisu.NewTrieBuilder().AddStrings(spellings).Build() },
			}
			find := []func() int{
				func() int { stream.Write(text); return hits },
				func() (n int) {
					for all := dfa.IterByte(text); all.Next() != nil; n++ {
					}
					return n
				},
				func() int { return len(trie.Match(text)) },
			}
			took := func(do func()) time.Duration {
				start := time.Now()
				do()
				return time.Since(start)
			}
			var learning, finding [3]time.Duration
			for i := range learn {
				learning[i] = took(learn[i])
				if got := find[i](); got != hits {
					b.Fatalf("%d of %d found", got, hits)
				}
			}
			for b.Loop() {
				for i := range find {
					finding[i] += took(func() { find[i]() })
				}
			}
			b.ReportMetric(float64(b.N)*float64(len(text))/1e6/finding[0].Seconds(), "redactor-MB/s")
			for i, name := range []string{"", "petar-dambovaliev", "BobuSumisu"} {
				if i > 0 {
					b.ReportMetric(float64(finding[i])/float64(finding[0]), name+"-x")
					b.ReportMetric(float64(learning[i])/float64(learning[0]), name+"-learn-x")
				}
			}
		})
	}
}

func newToken(rnd *rand.Rand) string {
	token := []byte("glcbt-64_")
	for range 20 {
		token = append(token, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[rnd.IntN(62)])
	}
	return string(token)
}

// logWith is a log that has a secret in it a few times.
func logWith(rnd *rand.Rand, secret string) (text []byte) {
	const size = 64 << 10
	for line := 0; len(text) < size; line++ {
		text = fmt.Appendf(text, "2026-01-02T03:04:05.%06dZ 01O go: downloading golang.org/x/tools v0.%d.0\r\n", rnd.IntN(1e6), line)
		if line%100 == 50 {
			text = append(text, secret...)
		}
	}
	return text[:size]
}
