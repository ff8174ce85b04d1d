package runnertape_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/fixtures/gitlab"
	"runnertape/fixtures/runner"
)

// documented are the field names in the tables of docs/json.md: those of an
// exchange, and those of either side.
func documented(t *testing.T) (exchange, side []string) {
	t.Helper()
	first, second, found := strings.Cut(chapter(t, "`proxy dump --json`"), "## Either side")
	if !found {
		t.Fatal("docs/json.md has no part \"Either side\"")
	}
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
	for i, text := range []string{first, second} {
		for _, m := range row.FindAllStringSubmatch(text, -1) {
			if i == 0 {
				exchange = append(exchange, m[1])
			} else {
				side = append(side, m[1])
			}
		}
	}
	return exchange, side
}

// What docs/json.md describes is what the types of dump --json have.
func TestJSONNamesAreDocumented(t *testing.T) {
	code := jsonNames(t)
	exchange, side := documented(t)
	if diff := cmp.Diff(slices.Sorted(slices.Values(code["jsonExchange"])), slices.Sorted(slices.Values(exchange))); diff != "" {
		t.Errorf("cmd/proxy/dumpjson.go and docs/json.md name other fields of an exchange (-code +document):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(code["jsonSide"])), slices.Sorted(slices.Values(side))); diff != "" {
		t.Errorf("cmd/proxy/dumpjson.go and docs/json.md name other fields of a side (-code +document):\n%s", diff)
	}
}

// jsonNames are the JSON names of each struct in dumpjson.go. Those of a nested
// struct follow its own name and a dot, but a side's stand for themselves.
func jsonNames(t *testing.T) map[string][]string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("cmd", "proxy", "dumpjson.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	structs := map[string]*ast.StructType{}
	ast.Inspect(f, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			if s, ok := spec.Type.(*ast.StructType); ok {
				structs[spec.Name.Name] = s
			}
		}
		return true
	})
	names := map[string][]string{}
	for _, structName := range []string{"jsonExchange", "jsonSide"} {
		for _, field := range structs[structName].Fields.List {
			name := jsonName(reflect.StructTag(strings.Trim(field.Tag.Value, "`")))
			all := []string{name}
			typ := field.Type
			if pointer, ok := typ.(*ast.StarExpr); ok {
				typ = pointer.X
			}
			switch typ := typ.(type) {
			case *ast.Ident:
				if nested := structs[typ.Name]; nested != nil && typ.Name != "jsonSide" {
					for _, inner := range nested.Fields.List {
						all = append(all, name+"."+jsonName(reflect.StructTag(strings.Trim(inner.Tag.Value, "`"))))
					}
				}
			case *ast.SelectorExpr:
				switch typ.Sel.Name {
				case "Runner":
					all = append(all, namesBelow(name+".", reflect.TypeFor[runnertape.Runner]())...)
				case "Header":
					all = append(all, namesBelow(name+"[].", reflect.TypeFor[runnertape.Field]())...)
				}
			}
			names[structName] = append(names[structName], all...)
		}
	}
	return names
}

func namesBelow(prefix string, typ reflect.Type) []string {
	var names []string
	for i := range typ.NumField() {
		names = append(names, prefix+jsonName(typ.Field(i).Tag))
	}
	return names
}

func jsonName(tag reflect.StructTag) string {
	name, _, _ := strings.Cut(tag.Get("json"), ",")
	return name
}

// What `proxy dump --json` prints of a real recording is described, with its
// types, and what is always there is always there.
func TestJSONOutputIsDocumented(t *testing.T) {
	recording := record(t)
	lines := bytes.Split(bytes.TrimSpace(goTool(t, "run", "./cmd/proxy", "dump", "--json", recording)), []byte("\n"))
	exchange, side := documented(t)
	types := describedTypes(t, "`proxy dump --json`")
	known := map[string]bool{}
	for _, name := range exchange {
		known[name] = true
	}
	for _, name := range side {
		known["request."+name], known["response."+name] = true, true
	}
	seen := map[string]bool{}
	for _, line := range lines {
		var x map[string]any
		if err := json.Unmarshal(line, &x); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		here := map[string]any{}
		flatten("", x, here)
		for name, value := range here {
			seen[name] = true
			if !known[name] {
				t.Errorf("%s is not described in docs/json.md", name)
			}
			bare := strings.TrimPrefix(strings.TrimPrefix(name, "request."), "response.")
			if want := types[bare]; !strings.Contains(want, kindOf(value)) {
				t.Errorf("%s is a %s: %v; docs/json.md says %s", name, kindOf(value), value, want)
			}
		}
		for name, typ := range types {
			always := !strings.HasSuffix(typ, " if") && !strings.ContainsAny(name, ".[") && slices.Contains(exchange, name)
			if _, ok := here[name]; always && !ok {
				t.Errorf("%s should always be there: %s", name, line)
			}
		}
	}
	for _, name := range []string{"job_id", "runner.version", "error.text", "gist", "message", "request.headers[].name", "response.ours"} {
		if !seen[name] {
			t.Errorf("the recording has no %s, so nothing was proved about it; it has %v", name, slices.Sorted(maps.Keys(seen)))
		}
	}
}

// describedTypes are the types by name in a chapter of docs/json.md, with " if" behind those that may be absent.
func describedTypes(t *testing.T, heading string) map[string]string {
	t.Helper()
	types := map[string]string{}
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([a-z ]+) \\| (.*) \\|$")
	for _, m := range row.FindAllStringSubmatch(chapter(t, heading), -1) {
		types[m[1]] = m[2]
		if strings.HasPrefix(m[3], "if ") || strings.HasSuffix(m[3], "if known") {
			types[m[1]] += " if"
		}
	}
	return types
}

// flatten names every value in v by its path; below message nothing is promised.
func flatten(prefix string, v map[string]any, into map[string]any) {
	for key, value := range v {
		name := prefix + key
		into[name] = value
		if name == "message" {
			continue
		}
		switch value := value.(type) {
		case map[string]any:
			flatten(name+".", value, into)
		case []any:
			for _, element := range value {
				if object, ok := element.(map[string]any); ok {
					flatten(name+"[].", object, into)
				}
			}
		}
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return fmt.Sprintf("%T", v)
}

// record makes a recording with the real command: a job with artifacts, and a
// request that the upstream was not there for.
func record(t *testing.T) (path string) {
	t.Helper()
	server, err := gitlab.Start(gitlab.Config{DirectDownload: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	first := server.Enqueue(gitlab.Job{
		Name: "build", Script: []string{"echo hello"},
		Artifacts: []gitlab.Artifact{{Type: "archive", Format: "zip", Paths: []string{"app"}}},
	})
	server.Enqueue(gitlab.Job{Name: "test", Script: []string{"exit 7"}, DependsOn: []int64{first}})
	path = filepath.Join(t.TempDir(), "recording.db")
	rec := startRecorder(t, build(t), "--upstream", server.URL(), "--rewrite-urls", path)
	here := "http://" + rec.address
	if _, err := runner.Run(t.Context(), runner.Config{
		URL: here, Token: server.RunnerToken(), Verify: true, MaxIdle: 1, MaxWait: time.Millisecond,
	}); err != nil {
		t.Fatal(err)
	}
	server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(here + "/api/v4/version")
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	rec.stop(t)
	return path
}
