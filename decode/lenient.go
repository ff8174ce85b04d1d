package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
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
	t, ok := readTree(body)
	defer t.free()
	if !ok {
		return notJSON(body)
	}
	if kind := t.nodes[0].kind; kind != object && kind != null {
		return fmt.Errorf("JSON %s where object belongs", kind)
	}
	f.fill(t, 0, reflect.ValueOf(v).Elem(), nil)
	return nil
}

// notJSON says where body stops being JSON.
func notJSON(body []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(body, &whole)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON at byte %d: %s", syntax.Offset, syntax)
	}
	return fmt.Errorf("not JSON: %v", err)
}

// fill puts node n into v, and tells whether there was something to put. Null
// leaves v as it is.
func (f *faults) fill(t *tree, n int, v reflect.Value, at *place) bool {
	kind := t.nodes[n].kind
	if kind == null {
		return false
	}
	switch v.Type() {
	case rawType:
		v.SetBytes(bytes.Clone(t.raw(n)))
		return true
	case textType:
		if kind == number {
			v.SetString(string(t.raw(n)))
			return true
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		to := reflect.New(v.Type().Elem())
		if !f.fill(t, n, to.Elem(), at) {
			return false
		}
		v.Set(to)
		return true
	case reflect.Struct:
		return f.fillStruct(t, n, v, at)
	case reflect.Map:
		return f.fillMap(t, n, v, at)
	case reflect.Slice:
		return f.fillSlice(t, n, v, at)
	}
	return f.fillScalar(t, n, v, at)
}

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	textType = reflect.TypeFor[Text]()
)

func (f *faults) fillStruct(t *tree, n int, v reflect.Value, at *place) bool {
	if !f.expect(t.nodes[n].kind, object, at) {
		return false
	}
	all := fieldsOf(v.Type())
	var room [64]int
	values := append(room[:0], make([]int, len(all.names))...) // node of each field's last entry, 0 if there is none
	for key := n + 1; key < t.nodes[n].after; key = t.nodes[key+1].after {
		var i int
		var ok bool
		if raw := t.raw(key); t.nodes[key].plain {
			i, ok = all.number[string(raw[1:len(raw)-1])]
		} else {
			i, ok = all.number[t.meaning(key)]
		}
		if ok {
			values[i] = key + 1
		}
	}
	for i, value := range values { // faults in one order always
		if value != 0 {
			f.fill(t, value, v.Field(i), &place{in: at, name: all.names[i]})
		}
	}
	return true
}

func (f *faults) fillMap(t *tree, n int, v reflect.Value, at *place) bool {
	if !f.expect(t.nodes[n].kind, object, at) {
		return false
	}
	values := map[string]int{}
	var keys []string
	for key := n + 1; key < t.nodes[n].after; key = t.nodes[key+1].after {
		name := t.meaning(key)
		if values[name] == 0 {
			keys = append(keys, name)
		}
		values[name] = key + 1
	}
	slices.Sort(keys) // faults in one order always
	v.Set(reflect.MakeMapWithSize(v.Type(), len(keys)))
	for _, key := range keys {
		value := reflect.New(v.Type().Elem()).Elem()
		if f.fill(t, values[key], value, &place{in: at, name: clean(key, 40)}) {
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	}
	return true
}

// fillSlice takes a single string where a list of them belongs as a list of one.
func (f *faults) fillSlice(t *tree, n int, v reflect.Value, at *place) bool {
	if !f.expect(t.nodes[n].kind, array, at) {
		if t.nodes[n].kind != text || v.Type().Elem().Kind() != reflect.String {
			return false
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		f.fill(t, n, v.Index(0), &place{in: at, element: true})
		return true
	}
	count := 0
	for i := n + 1; i < t.nodes[n].after; i = t.nodes[i].after {
		count++
	}
	v.Set(reflect.MakeSlice(v.Type(), count, count))
	element := n + 1
	for i := range count {
		f.fill(t, element, v.Index(i), &place{in: at, element: true, index: i})
		element = t.nodes[element].after
	}
	return true
}
