package drift_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"runnertape/decode"
	"runnertape/drift"
)

// Random recordings of a small protocol, so that much is in both of two: compared the other way round they are mirror
// images, and none differs from itself.
func TestRandomMirrors(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		a, b := randomScript(r), randomScript(r)
		if changes := drift.Compare(schemaOf(t, a), schemaOf(t, a)); len(changes) != 0 {
			t.Errorf("seed %d: it differs from itself: %s", seed, line(changes[0]))
		}
		mirror(t, schemaOf(t, a), schemaOf(t, b))
		if t.Failed() {
			t.Fatalf("seed %d:\n-- a --\n%s-- b --\n%s", seed, a, b)
		}
	}
}

// The same calls twice as often are the same protocol.
func TestOftenIsTheSame(t *testing.T) {
	for seed := range uint64(100) {
		script := randomScript(rand.New(rand.NewPCG(seed, 8)))
		again := regexp.MustCompile(`(jobs/|"id":)(\d)`).ReplaceAllString(script, "${1}1$2") // by other jobs of the same names
		for _, ch := range drift.Compare(schemaOf(t, script), schemaOf(t, script+again)) {
			if ch.Level > drift.Info {
				t.Errorf("seed %d: %s\n%s", seed, line(ch), script)
			}
		}
	}
}

func randomScript(r *rand.Rand) string {
	var b strings.Builder
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	for range 1 + r.IntN(25) {
		id := r.IntN(4) + 1
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "POST /api/v4/jobs/request → 201\n\t> %s\n\t< {\"id\":%d,\"job_info\":{\"name\":\"job%d\"},\"x\":%s}\n", randomJSON(r, 0), id, id, randomJSON(r, 0))
		case 1:
			fmt.Fprintf(&b, "POST /api/v4/jobs/request → %s\n\t> {\"info\":{\"features\":%s,\"x\":1}}\n", pick("204", "403", "nothing"), randomJSON(r, 0))
		case 2:
			fmt.Fprintf(&b, "PATCH /api/v4/jobs/%d/trace?%s=1 → %s\n\t< X-%s: 1\n", id, pick("a", "b"), pick("202", "202", "416", "502"), pick("A", "B", "C"))
		case 3:
			fmt.Fprintf(&b, "PUT /api/v4/jobs/%d → %s\n\t> {\"state\":%q,\"x\":%s}\n\t< %s\n", id, pick("200", "202", "403"), pick("running", "success", "failed"), randomJSON(r, 0), randomJSON(r, 0))
		case 4:
			fmt.Fprintf(&b, "%s %s → %s\n\t> X-%s: 1\n", pick("GET", "PUT"), pick("/a/1", "/a/2", "/b", "/g/p.git/info/refs?service=git-upload-pack"), pick("200", "404"), pick("A", "B"))
		default:
			fmt.Fprintf(&b, "POST /api/v4/runners/verify → %s\n\t> Job-Status: %s\n", pick("200", "403"), pick("x", "y"))
		}
	}
	return b.String()
}

// randomJSON has few names, so that they meet, and a few too many.
func randomJSON(r *rand.Rand, depth int) string {
	kind := r.IntN(10)
	if depth > 4 {
		kind %= 6
	}
	switch kind {
	case 0:
		return "null"
	case 1:
		return "true"
	case 2:
		return "false"
	case 3:
		return `"s"`
	case 4, 5:
		return "1.5"
	case 6:
		var parts []string
		for range r.IntN(4) {
			parts = append(parts, randomJSON(r, depth+1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	keys := r.IntN(5)
	if r.IntN(60) == 0 {
		keys = 400
	}
	var parts []string
	for i := range keys {
		parts = append(parts, fmt.Sprintf(`"k%d":%s`, i, randomJSON(r, depth+1+keys/100)))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// FuzzBodies holds two bodies that anybody may have made up against each other, as request and as answer.
func FuzzBodies(f *testing.F) {
	f.Add([]byte(`{"info":{"features":{"a":true}},"token":"x"}`), []byte(`{"info":{"features":{"a":false,"b":null}},"token":1}`))
	f.Add([]byte(`{"id":1,"variables":[{"key":"CI"}],"secrets":{"A":{}}}`), []byte(`{"id":"1","variables":{},"secrets":[]}`))
	f.Add([]byte(`[[[]]]`), []byte(`{"a`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		schema := func(bodies ...[]byte) *drift.Schema {
			s := drift.NewSchema()
			for i, body := range bodies {
				x, _ := exchange(t, uint64(i+1), "POST /api/v4/jobs/request → 201", nil)
				x.Request.Header, x.Request.Body = finished(nil, body, false)
				x.Response.Header, x.Response.Body = finished(nil, body, false)
				all := decode.Bodies{Request: body, Response: body}
				x.Decoded, _ = decode.NewDecoder().Decode(x, all)
				s.Add(x, bodiesFor(x, all))
			}
			return s
		}
		if changes := drift.Compare(schema(a), schema(a)); len(changes) != 0 {
			t.Errorf("it differs from itself: %s", line(changes[0]))
		}
		mirror(t, schema(a), schema(b))
		mirror(t, schema(a), schema(b, a, b))
	})
}
