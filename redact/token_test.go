package redact

import (
	"fmt"
	"strings"
	"testing"
)

func TestTokensByPrefix(t *testing.T) {
	rnd := newRandom(3)
	token := "glpat-" + randomOf(rnd, alnum, 20)
	for _, form := range []string{"%s", "TOKEN=%s", `"line\n%s"`, "x%s", "%s.", "%s.git", "-%s-", "%s\n", "?private_token=%s&a=b", "%s%[1]s"} {
		text := fmt.Sprintf(form, token)
		r := New(testKey)
		once := r.String(text)
		if strings.Contains(once, token) || len(once) != len(text) {
			t.Errorf("%s became %s", text, once)
		}
		if twice := New(testKey).String(once); twice != once {
			t.Errorf("%s became %s, then %s", text, once, twice)
		}
		r = knowing(testKey, []string{token})
		if once, want := r.String(text), fmt.Sprintf(form, r.StandIn(token)); once != want {
			t.Errorf("%s became %s, want %s", text, once, want)
		} else if twice := New(testKey).String(once); twice != once {
			t.Errorf("%s became %s, then %s", text, once, twice)
		}
	}
	for _, text := range []string{"glrt-abc", "gltok-", "english-grammar", "glcbt-64_short", "glpat-" + token[:3]} {
		if got := New(testKey).String(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}
