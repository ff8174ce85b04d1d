package runnertape_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
	"runnertape/findings"
)

// jobForms are the JSON forms of `proxy jobs`: by the chapter of docs/json.md that describes one, the type in
// cmd/proxy that makes it.
var jobForms = map[string]string{
	"`proxy jobs --json`":           "jsonJob",
	"`proxy jobs ID --json`":        "jsonStory",
	"`proxy jobs --runners --json`": "jsonRunner",
}

// imported are the types of other packages that the forms have.
var imported = map[string]reflect.Type{
	"runnertape.Runner":    reflect.TypeFor[runnertape.Runner](),
	"decode.Phase":         reflect.TypeFor[decode.Phase](),
	"decode.Event":         reflect.TypeFor[decode.Event](),
	"decode.Turn":          reflect.TypeFor[decode.Turn](),
	"decode.Retry":         reflect.TypeFor[decode.Retry](),
	"decode.Log":           reflect.TypeFor[decode.Log](),
	"decode.Upload":        reflect.TypeFor[decode.Upload](),
	"decode.CacheRequest":  reflect.TypeFor[decode.CacheRequest](),
	"decode.Download":      reflect.TypeFor[decode.Download](),
	"findings.Finding":     reflect.TypeFor[findings.Finding](),
	"findings.StatusCount": reflect.TypeFor[findings.StatusCount](),
	"time.Time":            reflect.TypeFor[time.Time](),
}

// chapter is the part of docs/json.md below "# heading", up to the next one.
func chapter(t *testing.T, heading string) string {
	t.Helper()
	_, text, found := strings.Cut("\n"+document(t, "docs/json.md"), "\n# "+heading+"\n")
	if !found {
		t.Fatalf("docs/json.md has no chapter %q", heading)
	}
	text, _, _ = strings.Cut(text, "\n# ")
	return text
}

// What docs/json.md describes is what the types of jobs --json have.
func TestJobsJSONNamesAreDocumented(t *testing.T) {
	structs := structsOf(t, "jobs*.go")
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
	for heading, typ := range jobForms {
		var described []string
		for _, m := range row.FindAllStringSubmatch(chapter(t, heading), -1) {
			described = append(described, m[1])
		}
		if heading == "`proxy jobs ID --json`" { // it says: those of a job, and
			for _, m := range row.FindAllStringSubmatch(chapter(t, "`proxy jobs --json`"), -1) {
				described = append(described, m[1])
			}
		}
		code := structs.names(t, "", &ast.Ident{Name: typ})
		slices.Sort(code)
		slices.Sort(described)
		if diff := cmp.Diff(code, described); diff != "" {
			t.Errorf("%s and chapter %s of docs/json.md name other fields (-code +document):\n%s", typ, heading, diff)
		}
	}
}

// structTypes are the structs of cmd/proxy, which cannot be imported.
type structTypes map[string]*ast.StructType

func structsOf(t *testing.T, patterns ...string) structTypes {
	t.Helper()
	structs := structTypes{}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join("cmd", "proxy", pattern))
		if err != nil || len(paths) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range paths {
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if spec, ok := n.(*ast.TypeSpec); ok {
					if s, ok := spec.Type.(*ast.StructType); ok {
						structs[spec.Name.Name] = s
					}
				}
				return true
			})
		}
	}
	return structs
}

// names are those of the JSON fields of a value of type expr that is called name, itself included: "a", "a.b", "c[]", "c[].d".
func (structs structTypes) names(t *testing.T, name string, expr ast.Expr) []string {
	t.Helper()
	below := strings.TrimPrefix(name+".", ".")
	switch expr := expr.(type) {
	case *ast.StarExpr:
		return structs.names(t, name, expr.X)
	case *ast.ArrayType:
		all := structs.names(t, name+"[]", expr.Elt)
		return append([]string{name}, all[1:]...) // an array is one field
	case *ast.Ident:
		all := []string{name}
		if name == "" {
			all = nil
		}
		if s := structs[expr.Name]; s != nil {
			for _, field := range s.Fields.List {
				if field.Tag == nil { // embedded: its fields are here
					inner := structs.names(t, name, field.Type)
					if name != "" {
						inner = inner[1:]
					}
					all = append(all, inner...)
					continue
				}
				all = append(all, structs.names(t, below+jsonName(reflect.StructTag(strings.Trim(field.Tag.Value, "`"))), field.Type)...)
			}
		}
		return all
	case *ast.SelectorExpr:
		typ := imported[expr.X.(*ast.Ident).Name+"."+expr.Sel.Name]
		if typ == nil {
			t.Fatalf("%s is a %s.%s, which this test does not know", name, expr.X, expr.Sel.Name)
		}
		return typeNames(name, typ)
	}
	t.Fatalf("%s is a %T, which this test does not know", name, expr)
	return nil
}

// typeNames does the same for a type that is known here.
func typeNames(name string, typ reflect.Type) []string {
	switch typ.Kind() {
	case reflect.Pointer:
		return typeNames(name, typ.Elem())
	case reflect.Slice:
		return append([]string{name}, typeNames(name+"[]", typ.Elem())[1:]...)
	}
	all := []string{name}
	if typ.Kind() != reflect.Struct || typ.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return all
	}
	for i := range typ.NumField() {
		if field := typ.Field(i); field.IsExported() {
			all = append(all, typeNames(name+"."+jsonName(field.Tag), field.Type)...)
		}
	}
	return all
}

// What `proxy jobs --json` prints of a real recording is described, with its types, and what is always
// there is always there.
func TestJobsJSONOutputIsDocumented(t *testing.T) {
	recording := filepath.Join("fixtures", "runner-17.9.0-connect.txtar")
	own := describedTypes(t, "`proxy jobs --json`")
	story := describedTypes(t, "`proxy jobs ID --json`")
	maps.Copy(story, own)
	tests := []struct {
		args  []string
		types map[string]string
		seen  []string // some that must be among them, or nothing was proved
	}{
		{nil, own, []string{"name", "runner.version", "exit_code", "canceled_by", "queued_ms", "artifact_bytes"}},
		{[]string{"--runners"}, describedTypes(t, "`proxy jobs --runners --json`"), []string{"versions", "statuses[].count"}},
		{[]string{"1001"}, story, []string{"features", "phases[].name", "events[].gist", "log.bytes", "artifacts[].filename", "contents[].archive"}},
		{[]string{"1004"}, story, []string{"turns[].kind", "failure_reason"}},
	}
	bin := build(t)
	for _, test := range tests {
		args := append([]string{"jobs", "--json"}, test.args...)
		seen := map[string]bool{}
		for line := range bytes.Lines(outputOf(t, bin, append(args, recording)...)) {
			var object map[string]any
			if err := json.Unmarshal(line, &object); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			here := map[string]any{}
			flatten("", object, here)
			for name, value := range here {
				seen[name] = true
				if strings.HasPrefix(name, "contents[].") && name != "contents[].exchange" { // described in another form
					continue
				}
				if want, ok := test.types[name]; !ok || !strings.Contains(want, kindOf(value)) {
					t.Errorf("%v: %s is a %s: %v; docs/json.md says %q", test.args, name, kindOf(value), value, want)
				}
			}
			for name, typ := range test.types {
				if _, ok := here[name]; !ok && !strings.HasSuffix(typ, " if") && !strings.ContainsAny(name, ".[") {
					t.Errorf("%v: %s should always be there: %s", test.args, name, line)
				}
			}
		}
		for _, name := range test.seen {
			if !seen[name] {
				t.Errorf("%v: there is no %s, so nothing was proved about it; there are %v", test.args, name, slices.Sorted(maps.Keys(seen)))
			}
		}
	}
}
