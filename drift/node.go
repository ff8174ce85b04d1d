package drift

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// node is what a recording says at one path of JSON, all elements of a list being one.
type node struct {
	path     string
	types    [types]seen
	yes      seen             // values that are true
	keys     map[string]*node // of objects
	items    *node            // of arrays; nil if all were empty
	isMap    bool             // its keys are data, and "*" stands for all of them
	features bool             // its keys say what somebody can do
	words    tally            // values, if they are compared; else nil
}

// The types of a value.
const (
	object = iota
	array
	text
	number
	boolean
	null
	notJSON // of a whole body that says it is JSON
	types
)

var typeNames = [types]string{"object", "array", "string", "number", "boolean", "null", "not JSON"}

// addJSON reads a whole body.
func (m *message) addJSON(s *Schema, exchange uint64, body []byte) {
	if m.body == nil {
		m.body = m.newNode("")
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		m.body.types[notJSON].add(exchange)
		return
	}
	r := &reading{m, s, exchange}
	r.read(m.body, v, 0)
}

func (m *message) newNode(path string) *node {
	m.nodes++
	n := &node{path: path, isMap: isMap(m.endpoint, m.side, path), features: isFeatures(m.endpoint, m.side, path)}
	if bodyWords(m.endpoint, m.side)[path] {
		n.words = tally{}
	}
	return n
}

// reading is the reading of one body.
type reading struct {
	m        *message
	schema   *Schema
	exchange uint64
}

func (r *reading) read(n *node, v any, depth int) {
	switch v := v.(type) {
	case map[string]any:
		n.types[object].add(r.exchange)
		for key, value := range v {
			if child := r.child(n, key, depth); child != nil {
				r.read(child, value, depth+1)
			}
		}
	case []any:
		n.types[array].add(r.exchange)
		for _, value := range v {
			if n.items == nil && r.room(depth) {
				n.items = r.m.newNode(n.path + "[]")
			}
			if n.items != nil {
				r.read(n.items, value, depth+1)
			}
		}
	case string:
		n.types[text].add(r.exchange)
		if n.words != nil {
			n.words.add(short(v), r.exchange, maxWords)
		}
	case json.Number:
		n.types[number].add(r.exchange)
	case bool:
		n.types[boolean].add(r.exchange)
		if v {
			n.yes.add(r.exchange)
		}
	default:
		n.types[null].add(r.exchange)
	}
}

// child is what n has under a key; nil if there is no room for it.
func (r *reading) child(n *node, key string, depth int) *node {
	key = short(key)
	if n.isMap {
		key = "*"
	}
	if child := n.keys[key]; child != nil {
		return child
	}
	if !r.room(depth) {
		return nil
	}
	if len(n.keys) >= maxKeys {
		n.fold()
		return n.keys["*"]
	}
	if n.keys == nil {
		n.keys = map[string]*node{}
	}
	n.keys[key] = r.m.newNode(join(n.path, key))
	return n.keys[key]
}

func (r *reading) room(depth int) bool {
	if r.m.nodes < maxNodes && depth < maxDepth {
		return r.schema.room()
	}
	r.schema.leftOut("JSON in " + r.m.where() + " with more than " + strconv.Itoa(maxNodes) + " paths, or deeper than " + strconv.Itoa(maxDepth) + ", is not compared there")
	return false
}

// join is the path of a key.
func join(path, key string) string {
	if key == "" || strings.ContainsAny(key, `.[]" `) {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// all is how often n was there.
func (n *node) all() seen {
	var sum seen
	for _, s := range n.types {
		sum.merge(s)
	}
	return sum
}

// kinds are the types that were there, as words, and those of them that are not null as bits.
func (n *node) kinds() (words string, bits uint) {
	var list []string
	for i, s := range n.types {
		if s.n == 0 {
			continue
		}
		list = append(list, typeNames[i])
		if i != null {
			bits |= 1 << i
		}
	}
	return strings.Join(list, ", "), bits
}
