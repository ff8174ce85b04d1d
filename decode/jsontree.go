package decode

import (
	"encoding/json"
	"sync"
)

// tree is a JSON text that was read once, so that values are found without reading
// it again at each level. It takes exactly what encoding/json takes; of text that
// is not JSON it has what stands before the break.
type tree struct {
	text  []byte
	nodes []node   // depth first; the children of an object are keys and values by turns
	broke []string // where it breaks off, the innermost 20: ".name" or "[3]", the innermost first
}

// node is one value, or a key.
type node struct {
	kind       kind
	plain      bool // a string that is ASCII without escapes
	cut        bool // an object or array that breaks off
	start, end int  // of its text
	after      int  // number of the next node that is not below it
}

// kind is the type of a JSON value.
type kind uint8

const (
	object kind = iota
	array
	text
	boolean
	null
	number
)

// String is the word used in faults.
func (k kind) String() string {
	return [...]string{"object", "array", "string", "boolean", "null", "number"}[k]
}

// maxDepth is that of encoding/json.
const maxDepth = 10_000

// trees are those that are not used now.
var trees = sync.Pool{New: func() any { return new(tree) }}

// maxFreeNodes bounds what a tree keeps for the next text.
const maxFreeNodes = 4 << 10

// free lets go of a tree.
func (t *tree) free() {
	if t.text = nil; cap(t.nodes) <= maxFreeNodes {
		trees.Put(t)
	}
}

// readTree reads the first value of body, up to end. If it is not whole, ok is
// false, and end is where it breaks off: then the tree has what stands before, and
// nothing at all if that is not an object or array.
func readTree(body []byte) (t *tree, end int, ok bool) {
	t = trees.Get().(*tree)
	t.text, t.nodes, t.broke = body, t.nodes[:0], t.broke[:0]
	end, ok = t.value(skipBlanks(body, 0), 0)
	return t, end, ok
}

// IsJSON tells whether body is one JSON value. It is json.Valid in less time.
func IsJSON(body []byte) bool {
	t, end, ok := readTree(body)
	t.free()
	return ok && skipBlanks(body, end) == len(body)
}

func skipBlanks(s []byte, at int) int {
	for at < len(s) && (s[at] == ' ' || s[at] == '\n' || s[at] == '\r' || s[at] == '\t') {
		at++
	}
	return at
}

// value reads the value at that offset, and tells where it ends.
func (t *tree) value(at, depth int) (end int, ok bool) {
	if at >= len(t.text) || depth > maxDepth {
		return at, false
	}
	own := len(t.nodes)
	t.nodes = append(t.nodes, node{start: at})
	var k kind
	plain := false
	switch c := t.text[at]; c {
	case '{':
		k = object
		end, ok = t.members(at+1, depth+1)
	case '[':
		k = array
		end, ok = t.elements(at+1, depth+1)
	case '"':
		k = text
		end, plain, ok = t.str(at)
	case 't':
		k = boolean
		end, ok = t.word(at, "true")
	case 'f':
		k = boolean
		end, ok = t.word(at, "false")
	case 'n':
		k = null
		end, ok = t.word(at, "null")
	default:
		k = number
		end, ok = t.num(at)
		ok = ok && (end < len(t.text) || depth == 0) // or it may be half a number
	}
	if !ok && k != object && k != array {
		t.nodes = t.nodes[:own] // half a value is none
		return end, false
	}
	t.nodes[own] = node{kind: k, plain: plain, cut: !ok, start: at, end: end, after: len(t.nodes)}
	return end, ok
}

func (t *tree) members(at, depth int) (end int, ok bool) {
	at = skipBlanks(t.text, at)
	if at < len(t.text) && t.text[at] == '}' {
		return at + 1, depth <= maxDepth
	}
	for at < len(t.text) && t.text[at] == '"' {
		end, plain, ok := t.str(at)
		if !ok {
			return end, false
		}
		key := len(t.nodes)
		t.nodes = append(t.nodes, node{kind: text, plain: plain, start: at, end: end, after: key + 1})
		if at = skipBlanks(t.text, end); at >= len(t.text) || t.text[at] != ':' {
			t.nodes = t.nodes[:key]
			return at, false
		}
		if at, ok = t.value(skipBlanks(t.text, at+1), depth); !ok {
			t.breaks(key, true)
			return at, false
		}
		at = skipBlanks(t.text, at)
		switch {
		case at >= len(t.text):
			return at, false
		case t.text[at] == '}':
			return at + 1, true
		case t.text[at] != ',':
			return at, false
		}
		at = skipBlanks(t.text, at+1)
	}
	return at, false
}

func (t *tree) elements(at, depth int) (end int, ok bool) {
	at = skipBlanks(t.text, at)
	if at < len(t.text) && t.text[at] == ']' {
		return at + 1, depth <= maxDepth
	}
	for index := 0; ; index++ {
		if at, ok = t.value(at, depth); !ok {
			t.breaks(index, false)
			return at, false
		}
		at = skipBlanks(t.text, at)
		switch {
		case at >= len(t.text):
			return at, false
		case t.text[at] == ']':
			return at + 1, true
		case t.text[at] != ',':
			return at, false
		}
		at = skipBlanks(t.text, at+1)
	}
}

// raw is the text of a node.
func (t *tree) raw(n int) []byte { return t.text[t.nodes[n].start:t.nodes[n].end] }

// meaning is what a string means.
func (t *tree) meaning(n int) string {
	raw := t.raw(n)
	if t.nodes[n].plain {
		return string(raw[1 : len(raw)-1])
	}
	var s string
	_ = json.Unmarshal(raw, &s) // cannot fail: raw is a valid string
	return s
}
