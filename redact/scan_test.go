package redact

import (
	"strings"
	"testing"
)

func TestOverlap(t *testing.T) {
	r := knowing(testKey, []string{"hunter2-secret", "secret-tail-9876", "tail-9876-more-5"})
	got := r.String("say hunter2-secret-tail-9876-more-5!")
	for _, piece := range []string{"hunter2", "secret", "tail", "9876", "more"} {
		if strings.Contains(got, piece) {
			t.Errorf("%s is left in %s", piece, got)
		}
	}
}
