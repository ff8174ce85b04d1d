package redact

import (
	"strings"
	"testing"
)

func TestStandInsDiffer(t *testing.T) {
	rnd := newRandom(7)
	one, two := New(testKey), New([]byte("another key"))
	seen := map[string]string{}
	for range 300 {
		for _, s := range randomSecrets(rnd) {
			standIn := one.StandIn(s)
			if other, ok := seen[standIn]; ok && other != s {
				t.Fatalf("%q and %q have one stand-in", s, other)
			}
			seen[standIn] = s
			if standIn == s || standIn == two.StandIn(s) {
				t.Fatalf("stand-in of %q does not depend on the key", s)
			}
			checkShape(t, s, standIn)
		}
	}
}

// checkShape holds what a stand-in keeps of its secret.
func checkShape(t *testing.T, secret, standIn string) {
	t.Helper()
	kept := keptPrefix(secret)
	if len(secret) != len(standIn) || secret[:kept] != standIn[:kept] {
		t.Fatalf("%q became %q", secret, standIn)
	}
	for i := range len(secret) {
		if alphabet(secret[i]) != alphabet(standIn[i]) || alphabet(secret[i]) == "" && secret[i] != standIn[i] {
			t.Fatalf("byte %d of %q became %q", i, secret, standIn[i])
		}
	}
}

// Of a token only what says what it is stays, and not what looks like it by chance.
func TestKeptPrefix(t *testing.T) {
	for token, want := range map[string]string{
		"glrt-t1_abcdefghij0123456789": "glrt-t1_", "glrt-Ab_defghij0123456789": "glrt-", "glrt-t1abcdefghij_0123456": "glrt-",
		"glcbt-64_abcdefghij012345678": "glcbt-64_", "glcbt-xy_abcdefghij0123456": "glcbt-", "glrtr-a1_bcdefghij0123456789": "glrtr-",
		"GR1348941abcdefghij012345678": "GR1348941", "t2_abcdefghij0123456789abcd": "t2_", "abcdefghij0123456789": "",
		"glcbt-eyJhbGciOiJSUzI1NiJ9.e30.abcdefghij": "glcbt-", "eyJhbGciOiJSUzI1NiJ9.e30.abcdefghij": "eyJ",
	} {
		if got := token[:keptPrefix(token)]; got != want {
			t.Errorf("of %s stays %q, want %q", token, got, want)
		}
		standIn := New(testKey).StandIn(token)
		if standIn == token || !strings.HasPrefix(standIn, want) || !New(testKey).make.isStandIn(standIn) {
			t.Errorf("%s became %s", token, standIn)
		}
	}
}

// A recording may have been made when more than the partition stayed.
func TestOlderStandIns(t *testing.T) {
	m := maker{testKey}
	standIn := []byte("glrt-Ab_defghij0123456789")
	varied, check := positions(string(standIn), len("glrt-Ab_"))
	m.fill(standIn, varied, "stand-in", "anything")
	m.fillCheck(standIn, check)
	if got := New(testKey).String(string(standIn)); got != string(standIn) {
		t.Errorf("%s became %s", standIn, got)
	}
}
