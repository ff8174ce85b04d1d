package redact

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// jobLog is text as a job prints it.
func jobLog(rnd *rand.Rand, n int) []byte {
	var b strings.Builder
	for line := 0; b.Len() < n; line++ {
		fmt.Fprintf(&b, "2026-01-02T03:04:05.%06dZ 01O go: downloading golang.org/x/%s v0.%d.0 (%s)\r\n",
			rnd.IntN(1e6), []string{"tools", "net", "sys", "glog"}[line%4], rnd.IntN(99), randomOf(rnd, alnum, 12))
	}
	return []byte(b.String()[:n])
}

// cueLog is text in which every line has a cue, and every tenth a secret beside it.
func cueLog(rnd *rand.Rand, n int) []byte {
	var b strings.Builder
	for line := 0; b.Len() < n; line++ {
		fmt.Fprintf(&b, "npm http fetch GET 200 https://registry.npmjs.org/%s/-/%[1]s-1.%d.0.tgz %dms\r\n", []string{"left-pad", "lodash"}[line%2], line, rnd.IntN(99))
		if line%10 == 0 {
			fmt.Fprintf(&b, "password: %s\r\n", []string{"aX9-kq27-LmP3", "$DB_PASSWORD"}[line/10%2])
		}
	}
	return []byte(b.String()[:n])
}

func BenchmarkStream(b *testing.B) {
	rnd := newRandom(1)
	random := make([]byte, 1<<20)
	for i := range random {
		random[i] = byte(rnd.Uint32())
	}
	for _, body := range []struct {
		name    string
		content []byte
	}{{"random", random}, {"log", jobLog(rnd, 1<<20)}, {"cues", cueLog(rnd, 1<<20)}} {
		for _, secrets := range []int{0, 50, 300, 5000} {
			b.Run(fmt.Sprintf("%s/%d", body.name, secrets), func(b *testing.B) {
				r := New(testKey)
				for i := range secrets {
					r.Learn([]string{"", "glcbt-64_", "-"}[i%3] + randomOf(rnd, alnum, 20))
				}
				s := r.NewStream()
				const piece = 64 << 10
				s.Write(body.content[:piece])
				b.SetBytes(int64(len(body.content)))
				b.ReportAllocs()
				for b.Loop() {
					for rest := body.content; len(rest) > 0; rest = rest[piece:] {
						s.Write(rest[:piece])
					}
				}
			})
		}
	}
}

func BenchmarkLearn(b *testing.B) {
	rnd := newRandom(1)
	r := New(testKey)
	for b.Loop() {
		r.Learn("glcbt-64_" + randomOf(rnd, alnum, 20))
	}
}

func BenchmarkLearnLong(b *testing.B) {
	text := randomOf(newRandom(1), alnum, maxSecret)
	for b.Loop() {
		New(testKey).Learn(text)
	}
}

func BenchmarkPayload(b *testing.B) {
	body := newPayload(newRandom(1)).body
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r := New(testKey)
		r.LearnJSON(body)
		r.redactJSON([]byte(string(body)), firstValue(body))
	}
}
