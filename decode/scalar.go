package decode

import (
	"math"
	"reflect"
	"strconv"
	"strings"
)

// fillScalar takes what can be understood also of another type: numbers in
// strings, strings in numbers.
func (n *notes) fillScalar(t *tree, i int, v reflect.Value, at *place) bool {
	kind, word := t.nodes[i].kind, ""
	switch kind {
	case text:
		word = t.meaning(i)
	case boolean, number:
		word = string(t.raw(i))
	}
	switch v.Kind() {
	case reflect.String:
		if v.Type() == textType && (kind == number || kind == text) {
			n.textOrNumber(kind, word, at)
		} else if !n.expect(kind, text, at) && word == "" {
			return false
		}
		v.SetString(word)
		return true
	case reflect.Bool:
		n.expect(kind, boolean, at)
		b, err := strconv.ParseBool(word)
		v.SetBool(b)
		return err == nil
	case reflect.Int64, reflect.Int:
		if kind == number {
			whole, ok := n.number(word, at)
			v.SetInt(whole)
			return ok
		}
		n.expect(kind, number, at)
		whole, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return false
		}
		v.SetInt(whole)
		return true
	case reflect.Float64:
		n.expect(kind, number, at)
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || x-x != 0 { // infinite or NaN, which JSON cannot hold when this is written again
			if kind == number {
				n.mismatch(at, "%s is too large", clean(word, 40))
			}
			return false
		}
		v.SetFloat(x)
		return true
	}
	n.fault("%s: cannot hold a %s", at.String(), kind) // unreachable unless a message gets a field of a new kind
	return false
}

// textOrNumber looks at a value that newer runners take as string and as number.
func (n *notes) textOrNumber(kind kind, word string, at *place) {
	versions, what := at.field.notText, "string where number belongs"
	if kind == number {
		n.number(word, at)
		versions, what = at.field.notNumber, "number where string belongs"
	}
	if since, until, ok := strings.Cut(versions, "-"); ok {
		n.mind(at, since, until, what)
	}
}

// number reads an integer. One with a fraction or exponent is not one for the
// runner (encoding/json), but is understood if it is whole.
func (n *notes) number(word string, at *place) (whole int64, ok bool) {
	whole, err := strconv.ParseInt(word, 10, 64)
	if err == nil {
		return whole, true
	}
	n.mismatch(at, "%s is no 64-bit integer", clean(word, 40))
	x, err := strconv.ParseFloat(word, 64)
	if err != nil || x != math.Trunc(x) || math.Abs(x) >= 1<<53 {
		return 0, false
	}
	return int64(x), true
}

func (n *notes) expect(got, want kind, at *place) bool {
	if got != want {
		n.mismatch(at, "%s where %s belongs", got, want)
	}
	return got == want
}
