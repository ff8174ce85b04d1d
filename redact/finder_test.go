package redact

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// What is found says where it is from, however the text is cut, and nothing is known that was not before.
func TestFinder(t *testing.T) {
	r := New(testKey)
	r.learnNamed(variableName, "token", "correct-horse-42-battery")
	r.learnNamed(variableName, "DB_PASSWORD", "correct-horse-42-battery")
	r.learnNamed(variableName, "password", "another-horse-43-battery")
	standIn := r.StandIn("correct-horse-42-battery")
	foreign := "glpat-" + strings.Repeat("aB3dE", 4)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "an ordinary text of some length, with glpat- in it", nil},
		{"known", "x=correct-horse-42-battery;", []string{"the secret of DB_PASSWORD"}},
		{"at the end", strings.Repeat("0123456789", 5000) + "another-horse-43-battery", []string{"the secret of password"}},
		{"in base64", base64.StdEncoding.EncodeToString([]byte("ab:correct-horse-42-battery")), []string{"the secret of DB_PASSWORD"}},
		{"a token of others", "token: " + foreign + "\n", []string{"a token that begins with glpat-"}},
		{"twice", foreign + " " + foreign + " correct-horse-42-battery", []string{"a token that begins with glpat-", "the secret of DB_PASSWORD"}},
		{"a stand-in", standIn + " " + r.make.make(foreign, 0) + ".git", nil},
		{"nearly", "correct-horse-42-batterie", nil},
	}
	rnd := newRandom(1)
	known := len(r.secrets)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 20 {
				f := r.NewFinder()
				for text := []byte(test.text); len(text) > 0; {
					n := 1 + rnd.IntN(len(text))
					f.Write(text[:n])
					text = text[n:]
				}
				if got := f.End(); !slices.Equal(got, test.want) {
					t.Fatalf("found %q, want %q", got, test.want)
				}
			}
		})
	}
	if len(r.secrets) != known {
		t.Errorf("%d secrets are known, %d were", len(r.secrets), known)
	}
}
