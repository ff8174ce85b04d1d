package capture

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What arrives late, twice or in fragments, in packets of whatever size, is read as if it had come in order.
func TestNothingLost(t *testing.T) {
	want := bodies(told(t, talk(t, nil)))
	if strings.Count(want, "\n") != 40 {
		t.Fatalf("%s", want)
	}
	for range 100 {
		seed := rand.Uint64()
		if diff := cmp.Diff(want, bodies(told(t, talk(t, rand.New(rand.NewPCG(seed, 0)))))); diff != "" {
			t.Fatalf("seed %d: want -, got +\n%s", seed, diff)
		}
	}
}

// talk is twenty exchanges, in whole packets, or in such as r makes.
func talk(t testing.TB, r *rand.Rand) []byte {
	s := newScript(t)
	s.begin("A")
	for i := range 20 {
		body := strings.Repeat(fmt.Sprint(i), 37*i)
		for side, message := range []string{
			fmt.Sprintf("PATCH /%d HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", i, len(body), body),
			fmt.Sprintf("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s!\r\n0\r\n\r\n", len(body)+1, body),
		} {
			for len(message) > 0 {
				n, fault := len(message), ""
				if r != nil {
					n = min(n, 1+r.IntN(200))
					fault = []string{"", "twice", "fragments", "late"}[r.IntN(4)]
				}
				if fault == "late" && n == len(message) {
					fault = "" // nobody acknowledges what he has not got
				}
				s.data(s.conn("A"), side, []byte(message[:n]), fault)
				message = message[n:]
			}
		}
	}
	return s.end()
}

// bodies are the lines about messages, without times.
func bodies(told string) string {
	var b strings.Builder
	for line := range strings.Lines(told) {
		if strings.HasPrefix(line, "\trequest") || strings.HasPrefix(line, "\tresponse") {
			b.WriteString(line)
		}
	}
	return b.String()
}
