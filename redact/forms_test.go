package redact

import (
	"runtime"
	"strings"
	"testing"
)

// heap is the memory in use.
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// A token takes no more than a KiB with all its spellings, and is counted for no less than it takes.
func TestSecretTakes(t *testing.T) {
	const n = 20_000
	rnd := newRandom(1)
	var tokens []string
	for range n {
		tokens = append(tokens, randomOf(rnd, alnum, 20))
	}
	r := New(testKey)
	before, tables := heap(), len(r.forms.words.table)+8*len(r.forms.heads)
	var known []*secret
	counted := 0
	for _, token := range tokens {
		s := r.known(token)
		known = append(known, s)
		counted += s.size()
	}
	tables = len(r.forms.words.table) + 8*len(r.forms.heads) - tables
	took := heap() - before
	each := (took - tables) / n
	t.Logf("each takes %d bytes and is counted for %d; the tables grew by %d", each, counted/n, tables)
	if each > 1024 || counted < took-tables {
		t.Errorf("each takes %d bytes and is counted for %d", each, counted/n)
	}
	runtime.KeepAlive(known)
	runtime.KeepAlive(r)
}

// Every string of spellings is replaced where it stands, in the same length.
func TestSpellings(t *testing.T) {
	rnd := newRandom(4)
	for _, value := range append(randomSecrets(rnd), `it's "a" <b>/&c d+e\f`+"\n"+"ghij1Ä") {
		r := knowing(testKey, []string{value})
		s := r.known(value)
		all := s.spellings()
		if len(all) < 4 {
			t.Errorf("%q has %d spellings", value, len(all))
		}
		for _, spelling := range all {
			got := r.String(" " + spelling + " ")
			if strings.Contains(got, spelling) || len(got) != len(spelling)+2 || len(spelling) < minSecret {
				t.Errorf("%q became %q", spelling, got)
			}
		}
	}
}
