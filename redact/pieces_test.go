package redact

import "testing"

// Of a secret every piece of some length is replaced, and nothing else.
func TestPieces(t *testing.T) {
	const secret = "AXlWGggIVwP0nawYnZYF"
	r := New(testKey)
	r.Learn(secret)
	standIn := r.StandIn(secret)
	for from := range secret {
		for to := from + 1; to <= len(secret); to++ {
			want := "length\x06" + secret[from:to] + "\x00 and more"
			got := []byte(want)
			if to-from >= minCut {
				want = "length\x06" + standIn[from:to] + "\x00 and more"
			}
			if r.pieces(got); string(got) != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}
