package redact

import (
	"encoding/json"
	"strings"
	"testing"
)

// A runner of up to 18.1 cuts its token at these lengths, and crashes if it is
// shorter (gitlab-runner helpers/shorten_token.go): no stand-in may be.
func TestShortToken(t *testing.T) {
	rnd := newRandom(4)
	for token, short := range map[string]func(string) string{
		"glrt-t1_" + randomOf(rnd, alnum, 20):  func(s string) string { return s[5:14] },
		"glrt-" + randomOf(rnd, alnum+"-", 20): func(s string) string { return s[5:14] },
		"t3_" + randomOf(rnd, alnum, 20):       func(s string) string { return s[:8] },
		randomOf(rnd, alnum+"-_", 19) + "x":    func(s string) string { return s[:8] },
	} {
		r := New(testKey)
		body, _ := json.Marshal(map[string]string{"token": token})
		r.LearnJSON(body)
		want := "on my-runner " + short(r.StandIn(token)) + ", system ID: s_0123456789ab"
		if got := r.String("on my-runner " + short(token) + ", system ID: s_0123456789ab"); got != want {
			t.Errorf("token %s: preamble %q, want %q", token, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	rnd := newRandom(5)
	file := "a=1\nhost: x\npassword: " + randomOf(rnd, alnum, 12) + "\n" + randomOf(rnd, alnum, 30) + "\nend"
	r := knowing(testKey, []string{file})
	standIn := r.StandIn(file)
	for _, form := range []func(string) string{
		func(s string) string { return s },
		func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		func(s string) string { return "2026-01-01T00:00:00Z 01O " + strings.Split(s, "\n")[2] + "\r\n" },
		func(s string) string { return "2026-01-01T00:00:00Z 01O " + strings.Split(s, "\n")[3] + "\r\n" },
	} {
		if got := r.String(form(file)); got != form(standIn) {
			t.Errorf("%q became %q", form(file), got)
		}
	}
	if got := r.String("host: x"); got != "host: x" {
		t.Errorf("a short line became %s", got)
	}
}
