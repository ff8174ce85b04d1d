package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// This file reads JSON into structs as far as it goes. A value of a wrong type
// loses that value and nothing else, and is named with its path, as in
// "variables[3].value: number where string belongs". encoding/json alone stops
// filling in at the first such value of an object, as the runner does.

// readObject fills the struct v points to. The error says that body is no JSON object.
func readObject(body []byte, v any) ([]string, error) {
	var f faults
	if err := f.object(body, v); err != nil {
		return nil, err
	}
	return f.list, nil
}

// object is readObject into f.
func (f *faults) object(body []byte, v any) error {
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("not JSON at byte %d: %s", syntax.Offset, syntax)
		}
		return fmt.Errorf("not JSON: %s", err)
	}
	if kind := jsonKind(whole); kind != "object" && kind != "null" {
		return fmt.Errorf("JSON %s where object belongs", kind)
	}
	f.fill(whole, reflect.ValueOf(v).Elem(), "")
	return nil
}

// fill puts raw, which is valid JSON, into v, and tells whether there was
// something to put. Null leaves v as it is.
func (f *faults) fill(raw json.RawMessage, v reflect.Value, path string) bool {
	raw = bytes.TrimSpace(raw)
	kind := jsonKind(raw)
	if kind == "null" {
		return false
	}
	switch to := v.Addr().Interface().(type) {
	case *json.RawMessage:
		*to = bytes.Clone(raw)
		return true
	case *Text:
		if kind == "number" {
			*to = Text(raw)
			return true
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		to := reflect.New(v.Type().Elem())
		if !f.fill(raw, to.Elem(), path) {
			return false
		}
		v.Set(to)
		return true
	case reflect.Struct:
		return f.fillStruct(raw, kind, v, path)
	case reflect.Map:
		return f.fillMap(raw, kind, v, path)
	case reflect.Slice:
		return f.fillSlice(raw, kind, v, path)
	}
	return f.fillScalar(raw, kind, v, path)
}

func (f *faults) fillStruct(raw json.RawMessage, kind string, v reflect.Value, path string) bool {
	var entries map[string]json.RawMessage
	if !f.expect(kind, "object", path) || json.Unmarshal(raw, &entries) != nil {
		return false
	}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if entry, ok := entries[name]; ok {
			f.fill(entry, v.Field(i), join(path, name))
		}
	}
	return true
}

func (f *faults) fillMap(raw json.RawMessage, kind string, v reflect.Value, path string) bool {
	var entries map[string]json.RawMessage
	if !f.expect(kind, "object", path) || json.Unmarshal(raw, &entries) != nil {
		return false
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(entries)))
	for _, key := range slices.Sorted(maps.Keys(entries)) { // faults in one order always
		value := reflect.New(v.Type().Elem()).Elem()
		if f.fill(entries[key], value, join(path, clean(key, 40))) {
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	}
	return true
}

// fillSlice takes a single string where a list of them belongs as a list of one.
func (f *faults) fillSlice(raw json.RawMessage, kind string, v reflect.Value, path string) bool {
	entries := []json.RawMessage{raw}
	if f.expect(kind, "array", path) {
		if json.Unmarshal(raw, &entries) != nil {
			return false
		}
	} else if kind != "string" || v.Type().Elem().Kind() != reflect.String {
		return false
	}
	v.Set(reflect.MakeSlice(v.Type(), len(entries), len(entries)))
	for i, entry := range entries {
		f.fill(entry, v.Index(i), path+"["+strconv.Itoa(i)+"]")
	}
	return true
}
