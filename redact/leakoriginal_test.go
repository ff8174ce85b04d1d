package redact

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What a stand-in of the recording stands for is found where it was kept, wherever the text is cut.
func TestOriginals(t *testing.T) {
	key := NewKey()
	was := New(key)
	password, token := "s3cr3t-of-the-job-7261", "glcbt-64_Ab12Cd34Ef56Gh78Ij90"
	r := New(key)
	for _, secret := range []string{was.StandIn(password), was.StandIn(token)} {
		if !r.Learn(secret) {
			t.Fatalf("%q was not learned", secret)
		}
	}
	text := "PW=" + password + "\nhttps://me:" + token + "@gitlab.test/x {\"a\":\"" + password + "\"}\n" +
		"s3cr3t-of-the-job-7262 " + was.StandIn(password) + " " + strings.Repeat("x", 5000) + " " + password
	var want []string
	for _, secret := range []string{password, token} {
		for at := 0; ; at++ {
			i := strings.Index(text[at:], secret)
			if i < 0 {
				break
			}
			at += i
			want = append(want, fmt.Sprint(at, " ", secret))
		}
	}
	slices.Sort(want)
	o := r.Originals()
	for size := 1; size < 100; size++ {
		var got []Leak
		s := o.NewStream(func(l Leak) { got = append(got, l) })
		for piece := range slices.Chunk([]byte(text), size) {
			s.Write(piece)
		}
		s.End()
		if all := placesOf(got); !slices.Equal(all, want) {
			t.Fatalf("in pieces of %d bytes found %q, want %q", size, all, want)
		}
	}
}
