package redact

import (
	"net/url"
	"testing"
)

// Any byte of a URL or a form may be escaped.
func TestEscapedAnyhow(t *testing.T) {
	const secret = "hunter/2 Qwertz+ü"
	for _, spelled := range []string{"%68unter%2f2%20Qwertz%2b%C3%bc", "hunter%2F%32%20%51wer%74z%2Bü", "%68%75%6E%74%65%72%2F%32%20%51%77%65%72%74%7A%2B%C3%BC"} {
		r := New(testKey)
		r.Learn(secret)
		want := r.StandIn(secret)
		for _, around := range [][2]string{{"/x?a=", "&b=100%"}, {"a=%zz&b=", ""}, {"%", "%4"}} {
			text := around[0] + spelled + around[1]
			now := r.address(text)
			if got, err := url.PathUnescape(now[len(around[0]) : len(now)-len(around[1])]); len(now) != len(text) || got != want || err != nil {
				t.Errorf("%s became %s, which says %q, %v; want %q", text, now, got, err, want)
			}
			if again := r.address(now); again != now || string(r.form([]byte(text))) != now {
				t.Errorf("%s becomes %s, and then %s", text, now, again)
			}
		}
	}
}

// What a JSON Web Token begins with is no short form of it: all others begin so too.
func TestJWTHasNoShortForm(t *testing.T) {
	r := New(testKey)
	r.LearnJSON([]byte(`{"token":"glcbt-eyJraWQiOiJAbCdEfGhIjKlMnOpQr.eyJpc3MiOiJodHRwczovL2dpdGxhYiJ9.a1b2c3d4e5f6g7h8i9j0"}`))
	if text := "starts with eyJraWQiO"; r.String(text) != text {
		t.Errorf("it became %q", r.String(text))
	}
}
