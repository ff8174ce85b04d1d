package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file says where JSON breaks off.

// breaks notes that the text breaks off in the member whose key is node n, or in
// element n, and takes away a key that has no value.
func (t *tree) breaks(n int, member bool) {
	switch {
	case len(t.broke) == maxBroke:
	case member:
		t.broke = append(t.broke, clean("."+t.meaning(n), 80))
	default:
		t.broke = append(t.broke, "["+strconv.Itoa(n)+"]")
	}
	if member && len(t.nodes) == n+1 {
		t.nodes = t.nodes[:n]
	}
}

// maxBroke bounds how deep a place is described.
const maxBroke = 20

// breakAt is where the text breaks off, as in "variables[0].value"; empty at the top.
func (t *tree) breakAt() string {
	var at strings.Builder
	for _, name := range slices.Backward(t.broke) {
		at.WriteString(name)
	}
	return strings.TrimPrefix(at.String(), ".")
}

// breakOff notes where JSON breaks off.
func (n *notes) breakOff(body []byte, t *tree) {
	side := ""
	if n.where != "" {
		side = n.where[:len(n.where)-len(" body")] + ": "
	}
	in := ""
	if at := t.breakAt(); at != "" {
		in = ", in " + at
	}
	n.fault("%s%s%s", side, notJSON(body), in)
}

// notJSON says where body stops being JSON.
func notJSON(body []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(body, &whole)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON at byte %d: %s", syntax.Offset, syntax)
	}
	return fmt.Errorf("not JSON: %v", err) // unreachable unless encoding/json takes what a tree does not
}
