package drift_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"runnertape/drift"
)

// docs/diff.md has the fields of --json, and their words.
func TestJSONIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z.]+)` \\| (?:string|number|object) \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, m[1])
	}
	var want []string
	for field := range reflect.TypeFor[drift.Change]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		want = append(want, name)
		if name == "a" { // b is the same
			for field := range field.Type.Fields() {
				inner, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				want = append(want, name+"."+inner)
			}
		}
	}
	if !slices.Equal(documented, want) {
		t.Errorf("documented are\n%q, the program has\n%q", documented, want)
	}
	_, fields, _ := strings.Cut(string(text), "## `proxy diff --json`")
	for _, part := range drift.Parts() {
		if !strings.Contains(fields, "`"+string(part)+"`") {
			t.Errorf("the part %s is not documented", part)
		}
	}
}
