package decode

import (
	"reflect"
	"strconv"
)

// fillScalar takes what can be understood also of another type: numbers in
// strings, strings in numbers.
func (f *faults) fillScalar(t *tree, n int, v reflect.Value, at *place) bool {
	kind, word := t.nodes[n].kind, ""
	switch kind {
	case text:
		word = t.meaning(n)
	case boolean, number:
		word = string(t.raw(n))
	}
	switch v.Kind() {
	case reflect.String:
		if !f.expect(kind, text, at) && word == "" {
			return false
		}
		v.SetString(word)
		return true
	case reflect.Bool:
		f.expect(kind, boolean, at)
		b, err := strconv.ParseBool(word)
		v.SetBool(b)
		return err == nil
	case reflect.Int64:
		f.expect(kind, number, at)
		i, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			if kind == number {
				f.add("%s: %s is no 64-bit integer", at.String(), clean(word, 40))
			}
			return false
		}
		v.SetInt(i)
		return true
	case reflect.Float64:
		f.expect(kind, number, at)
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || x-x != 0 { // infinite or NaN, which JSON cannot hold when this is written again
			return false
		}
		v.SetFloat(x)
		return true
	}
	f.add("%s: cannot hold a %s", at.String(), kind) // unreachable unless a message gets a field of a new kind
	return false
}

func (f *faults) expect(got, want kind, at *place) bool {
	if got != want {
		f.add("%s: %s where %s belongs", at.String(), got, want)
	}
	return got == want
}
