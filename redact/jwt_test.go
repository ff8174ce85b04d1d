package redact

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestJSONWebTokens(t *testing.T) {
	rnd := newRandom(8)
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	claims := "." + encode(`{"iss":"https://gitlab.example.com","sub":"project_path:group/project"}`) + "." + randomOf(rnd, alnum+"-_", 342)
	tests := []struct {
		token string
		is    bool
	}{
		{encode(`{"alg":"RS256"}`) + claims, true},
		{encode(`{"kid":"4i3sFE7sxqNPOT7FdvcGA1ZVGGI_r-tsDXnEuYT4ZqE","typ":"JWT","alg":"RS256"}`) + claims, true},
		{encode(`{ "typ": "JWT", "alg": "HS256" }`) + claims, true},
		{encode(`{"x5t#S256":"abc","alg":"RS256"}`) + claims, true},
		{encode(`{"iss":"me","alg":"none"}`) + claims, true},
		{encode(`{"alg":"dir","enc":"A256GCM"}`) + ".." + randomOf(rnd, alnum, 16) + "." + randomOf(rnd, alnum, 60) + "." + randomOf(rnd, alnum, 22), true},
		{encode(`{"alg":"RS256"}`) + "." + randomOf(rnd, alnum, 6000) + "." + randomOf(rnd, alnum, 342), true},
		{encode(`{"typ":"of no token at all"}`) + claims, false},
		{encode(`{"alg":"RS256","and":"no more"}`), false},
		{encode(`{"alg":"RS256"}`) + "." + randomOf(rnd, alnum, 100) + ".", false},
		{encode(`{"alg":"RS256"}`) + "..", false},
	}
	for _, test := range tests {
		for n := range 5 {
			text := strings.Repeat("x", n) + test.token + ` and more, in "{}"` + "\n"
			got := New(testKey).String(text)
			if (got != text) != test.is || len(got) != len(text) || strings.Count(got, ".") != strings.Count(text, ".") {
				t.Errorf("%s became %s", text, got)
			}
			if test.is && got != knowing(testKey, []string{test.token}).String(text) {
				t.Errorf("%s is another when it is known", text)
			}
			for _, longest := range []int{1, 9, 500} {
				if cut := inPieces(New(testKey), rnd, text, longest); cut != got {
					t.Errorf("%s in pieces became %s", text, cut)
				}
			}
			if again := New(testKey).String(got); again != got {
				t.Errorf("%s became %s, then %s", text, got, again)
			}
		}
	}
}
