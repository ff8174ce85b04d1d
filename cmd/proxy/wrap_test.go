package main

import (
	"strings"
	"testing"
)

func TestWrapped(t *testing.T) {
	tests := []struct {
		s     string
		width int
		want  string
	}{
		{"", 10, ""},
		{"a b c", 10, "a b c"},
		{"a b c", 3, "a b|c"},
		{"a toolongword c", 5, "a|toolongword|c"},
		{"東京 大阪", 8, "東京|大阪"},
		{"東京 大阪", 9, "東京 大阪"},
	}
	for _, test := range tests {
		if got := strings.Join(wrapped(test.s, test.width), "|"); got != test.want {
			t.Errorf("wrapped(%q, %d) = %q, want %q", test.s, test.width, got, test.want)
		}
	}
}
