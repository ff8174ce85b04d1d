package redact

import (
	"fmt"
	"testing"
)

// What is open is found before and after there is an index, and after it is made nothing is searched through.
func TestOpenTexts(t *testing.T) {
	rnd := newRandom(4)
	o := openTexts{all: randomOf(rnd, alnum, 1<<20)}
	for i := range 4 * maxSearched / len(o.all) {
		at := rnd.IntN(len(o.all) - 40)
		value := o.all[at : at+8+rnd.IntN(30)]
		if !o.has(value) || o.has(value+"-") {
			t.Fatalf("%d: %s is found wrongly", i, value)
		}
	}
	if o.index == nil || o.searched > maxSearched+len(o.all) {
		t.Errorf("%d bytes were searched through", o.searched)
	}
}

// In a payload with many variables each that is not open is a secret.
func TestManyVariables(t *testing.T) {
	var all []variable
	for i := range 6000 {
		all = append(all, variable{key: fmt.Sprint("OPEN", i), value: fmt.Sprintf("open-value-%06d-of-many", i), public: true},
			variable{key: fmt.Sprint("PART", i), value: fmt.Sprintf("value-%06d-of", i)}, variable{key: fmt.Sprint("HIDDEN", i), value: fmt.Sprintf("hidden-%06d-of-7", i)})
	}
	r := New(testKey)
	r.learnVariables(all, nil)
	for i := range 6000 {
		if r.secrets[fmt.Sprintf("value-%06d-of", i)] != nil || r.secrets[fmt.Sprintf("hidden-%06d-of-7", i)] == nil {
			t.Fatalf("variable %d is taken wrongly", i)
		}
	}
}
