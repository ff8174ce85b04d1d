package decode

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// fillScalar takes what can be understood also of another type: numbers in
// strings, strings in numbers.
func (f *faults) fillScalar(raw json.RawMessage, kind string, v reflect.Value, path string) bool {
	word := string(raw)
	switch kind {
	case "string":
		word = ""
		_ = json.Unmarshal(raw, &word) // cannot fail: raw is a valid string
	case "object", "array":
		word = ""
	}
	switch v.Kind() {
	case reflect.String:
		if !f.expect(kind, "string", path) && word == "" {
			return false
		}
		v.SetString(word)
		return true
	case reflect.Bool:
		f.expect(kind, "boolean", path)
		b, err := strconv.ParseBool(word)
		v.SetBool(b)
		return err == nil
	case reflect.Int64:
		f.expect(kind, "number", path)
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			if kind == "number" {
				f.add("%s: %s is no 64-bit integer", path, clean(word, 40))
			}
			return false
		}
		v.SetInt(n)
		return true
	case reflect.Float64:
		f.expect(kind, "number", path)
		n, err := strconv.ParseFloat(word, 64)
		if err != nil || n-n != 0 { // infinite or NaN, which JSON cannot hold when this is written again
			return false
		}
		v.SetFloat(n)
		return true
	}
	f.add("%s: cannot hold a %s", path, kind) // unreachable unless a message gets a field of a new kind
	return false
}

func (f *faults) expect(got, want, path string) bool {
	if got != want {
		f.add("%s: %s where %s belongs", path, got, want)
	}
	return got == want
}

// jsonKind is the type of a valid JSON value, by its first byte.
func jsonKind(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
