package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// This file reads JSON into structs as far as it goes. A value of a wrong type
// loses that value and nothing else, and is named with its path, as in
// "variables[3].value: number where string belongs". encoding/json alone stops
// filling in at the first such value of an object, as the runner does. What no
// field holds becomes a gap.

// object reads the first value of body, which is an object or null, into the
// struct v points to; of one that breaks off what stands before the break, which
// is a fault. The error says that there is no object at all.
func (n *notes) object(body []byte, v any) error {
	t, end, ok := readTree(body)
	defer t.free()
	if len(t.nodes) == 0 {
		return notJSON(body)
	}
	if kind := t.nodes[0].kind; kind != object && kind != null {
		if kind == array && !ok {
			return notJSON(body)
		}
		return fmt.Errorf("JSON %s where object belongs", kind)
	}
	if n.broke = !ok; !ok {
		n.breakOff(body, t)
	} else if rest := skipBlanks(body, end); rest < len(body) { // json.Decoder, as runners use it, does not look there
		n.gap(n.where, fmt.Sprintf("byte %d", rest), body[rest:])
	}
	n.items = 0
	n.fill(t, 0, reflect.ValueOf(v).Elem(), nil)
	return nil
}

// fill puts node i into v, and tells whether there was something to put. Null
// leaves v as it is. What cannot be put is a gap.
func (n *notes) fill(t *tree, i int, v reflect.Value, at *place) bool {
	kind := t.nodes[i].kind
	if v.Type() == rawType {
		if !t.nodes[i].cut {
			v.SetBytes(bytes.Clone(t.raw(i)))
		}
		return !t.nodes[i].cut
	}
	if kind == null {
		return false
	}
	switch v.Kind() {
	case reflect.Pointer:
		to := reflect.New(v.Type().Elem())
		if !n.fill(t, i, to.Elem(), at) {
			return false
		}
		v.Set(to)
		return true
	case reflect.Struct:
		if n.expect(kind, object, at) {
			n.fillStruct(t, i, v, at)
			return true
		}
	case reflect.Map:
		if n.expect(kind, object, at) {
			n.fillMap(t, i, v, at)
			return true
		}
	case reflect.Slice:
		if n.expect(kind, array, at) {
			n.fillSlice(t, i, v, at)
			return true
		}
		if kind == text && v.Type().Elem().Kind() == reflect.String { // a list of one
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			return n.fill(t, i, v.Index(0), &place{in: at, element: true})
		}
	default:
		if n.fillScalar(t, i, v, at) {
			return true
		}
	}
	n.gapAt(at, t.raw(i))
	return false
}

var (
	rawType  = reflect.TypeFor[json.RawMessage]()
	textType = reflect.TypeFor[Text]()
)

// fillStruct takes keys as encoding/json does: also those that differ from a
// field's only in case, and of several for one field the last.
func (n *notes) fillStruct(t *tree, i int, v reflect.Value, at *place) {
	all := fieldsOf(v.Type())
	var room [64]int
	values := append(room[:0], make([]int, len(all.list))...) // node of each field's last entry, 0 if there is none
	for key := i + 1; key < t.nodes[i].after; key = t.nodes[key+1].after {
		var f int
		var ok bool
		if raw := t.raw(key); t.nodes[key].plain {
			f, ok = all.number[string(raw[1:len(raw)-1])]
		} else {
			f, ok = all.number[t.meaning(key)]
		}
		if all.options {
			n.option(at, t.meaning(key), all, f, ok)
		}
		if !ok {
			f, ok = all.folded(t.meaning(key))
		}
		switch {
		case !ok:
			n.gapAt(&place{in: at, name: t.meaning(key)}, t.raw(key+1))
			continue
		case values[f] != 0: // the runner reads it too, before the next
			n.fill(t, values[f], reflect.New(v.Field(f).Type()).Elem(), &place{in: at, name: all.list[f].name, field: &all.list[f]})
			n.gapAt(&place{in: at, name: t.meaning(values[f] - 1)}, t.raw(values[f]))
		}
		values[f] = key + 1
	}
	for f, value := range values { // faults in one order always
		if value != 0 {
			n.fill(t, value, v.Field(f), &place{in: at, name: all.list[f].name, field: &all.list[f]})
		}
	}
}

func (n *notes) fillMap(t *tree, i int, v reflect.Value, at *place) {
	values := map[string]int{}
	var keys []string
	for key := i + 1; key < t.nodes[i].after; key = t.nodes[key+1].after {
		name := t.meaning(key)
		if values[name] != 0 {
			n.gapAt(&place{in: at, name: name}, t.raw(values[name]))
		} else {
			keys = append(keys, name)
		}
		values[name] = key + 1
	}
	slices.Sort(keys) // faults in one order always
	keys = keys[:n.take(len(keys), at)]
	v.Set(reflect.MakeMapWithSize(v.Type(), len(keys)))
	for _, key := range keys {
		value := reflect.New(v.Type().Elem()).Elem()
		if n.fill(t, values[key], value, &place{in: at, name: clean(key, 40)}) || t.nodes[values[key]].kind == null {
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	}
}

func (n *notes) fillSlice(t *tree, i int, v reflect.Value, at *place) {
	count := 0
	for e := i + 1; e < t.nodes[i].after; e = t.nodes[e].after {
		count++
	}
	count = n.take(count, at)
	v.Set(reflect.MakeSlice(v.Type(), count, count))
	element := i + 1
	for index := range count {
		n.fill(t, element, v.Index(index), &place{in: at, element: true, index: index})
		element = t.nodes[element].after
	}
}

// take is how many of that many items may be read.
func (n *notes) take(count int, at *place) int {
	may := min(count, maxItems-n.items)
	n.items += may
	if may < count {
		n.fault("%s: %d of %d items were read", at.String(), may, count)
	}
	return may
}
