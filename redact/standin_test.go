package redact

import "testing"

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
