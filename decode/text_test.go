package decode

import "testing"

func TestShortToken(t *testing.T) {
	tests := []struct{ token, want string }{
		{"glrt-runnertoken1234567890", "runnertok"},
		{"glrt-t1_abcdefghijklmnop", "t1_abcdef"},
		{"glrtr-registration1234567", "registrat"},
		{"glcbt-64_jobtoken1234567890", "64_jobtok"},
		{"GR1348941abcdefghij0123456789", "GR1348941abcdefgh"},
		{"AbCdEfGhIjKlMnOpQrSt", "AbCdEfGh"},
		{"glrt-abc", "ab"},
		{"abcd", "ab"},
		{"", ""},
		{"a\x1bbcdefghijklmnop", "a?bcdefg"},
	}
	for _, tt := range tests {
		if got := ShortToken(tt.token); got != tt.want {
			t.Errorf("ShortToken(%q) = %q, want %q", tt.token, got, tt.want)
		}
	}
}

func TestClean(t *testing.T) {
	tests := []struct {
		s    string
		max  int
		want string
	}{
		{"plain ünï", 40, "plain ünï"},
		{"esc\x1b[31m\nnew\u202e", 40, "esc?[31m?new?"},
		{"bad\xff", 40, "bad?"},
		{"0123456789012345678901234567", 24, "012345678901234567890123…"},
		{"ü", 1, "?"},
	}
	for _, tt := range tests {
		if got := clean(tt.s, tt.max); got != tt.want {
			t.Errorf("clean(%q, %d) = %q, want %q", tt.s, tt.max, got, tt.want)
		}
	}
}
