package redact

import (
	"strings"
	"testing"
)

func TestLearnRefuses(t *testing.T) {
	for _, value := range []string{
		"", "short", "1234567", "--------------", "00000000000000000000", "xxxxxxxxxxxx", "[MASKED]", "gitlab-ci-token", "glrt-abc",
		strings.Repeat("ab1C", maxSecret),
	} {
		r := New(testKey)
		if r.Learn(value) {
			t.Errorf("learned %.40q", value)
		}
		if got := r.StandIn(value); got != value {
			t.Errorf("%.40q became %.40q", value, got)
		}
	}
}
