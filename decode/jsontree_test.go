package decode

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzTree holds that what is read is what encoding/json takes, and that each
// value can be taken out by itself.
func FuzzTree(f *testing.F) {
	eachSample(f, func(s sampleExchange) { f.Add(s.bodies.Response) })
	for _, s := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"\ud83d\ude00\u00e9\\\/"],"a":{}}`, ` [ ] `, `01`, `-`, `1.`, `.5`, `1e`, `tru`, `{"a":t`, `"\x"`, "\"\x01\"", `{"a"}`, `{,}`, `[1,]`, `{"a":1,}`, "\ufeff1", "1 1",
		strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tree, end, whole := readTree(body)
		ok := whole && skipBlanks(body, end) == len(body)
		valid := func(n int) bool { // in time that is not the square of the depth
			raw := tree.raw(n)
			return n > 0 && len(raw) > 1<<10 || json.Valid(raw)
		}
		if ok != json.Valid(body) {
			t.Fatalf("%q: read %t", body, ok)
		}
		if !ok && !whole { // what stands before the break is there
			for n, node := range tree.nodes {
				if node.after <= n || node.after > len(tree.nodes) || node.end < node.start || node.end > len(body) || !node.cut && !valid(n) {
					t.Fatalf("%q breaks off with node %+v", body, node)
				}
			}
			if len(tree.nodes) > len(body) {
				t.Fatalf("%d nodes in %d bytes", len(tree.nodes), len(body))
			}
			return
		}
		for n, node := range tree.nodes {
			if !valid(n) || node.after <= n || node.after > len(tree.nodes) {
				t.Fatalf("%q: node %+v", body, node)
			}
			var want string
			if node.kind == text && (json.Unmarshal(tree.raw(n), &want) != nil || tree.meaning(n) != want) {
				t.Fatalf("%q means %q, not %q", tree.raw(n), want, tree.meaning(n))
			}
		}
	})
}
