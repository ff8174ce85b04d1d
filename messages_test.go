package runnertape_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateDocs = flag.Bool("update-docs", false, "rewrite docs/messages.md, and the transcripts of documents")

// docs/messages.md is the docstrings of package decode, so that it says of each
// message what the code does.
func TestMessagesAreDocumented(t *testing.T) {
	const name = "docs/messages.md"
	m := readMessages(t)
	want := m.write()
	if *updateDocs {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, document(t, name)); diff != "" {
		t.Errorf("%s is not what the docstrings of package decode say; go test . -run %s -update-docs rewrites it (-code +document):\n%s", name, t.Name(), diff)
	}
}

// messages are the types that decode puts into recordings.
type messages struct {
	t       *testing.T
	doc     map[string]string          // of each struct
	structs map[string]*ast.StructType // of package decode, by name
	strings map[string]bool            // types that are strings in JSON
	shown   []string                   // structs in the order in which they were named
	out     strings.Builder
}

func readMessages(t *testing.T) *messages {
	t.Helper()
	m := &messages{t: t, doc: map[string]string{}, structs: map[string]*ast.StructType{}, strings: map[string]bool{}}
	files, err := filepath.Glob("decode/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			spec := g.Specs[0].(*ast.TypeSpec)
			switch typ := spec.Type.(type) {
			case *ast.StructType:
				m.structs[spec.Name.Name], m.doc[spec.Name.Name] = typ, paragraph(g.Doc.Text())
			case *ast.Ident:
				m.strings[spec.Name.Name] = typ.Name == "string"
			}
		}
	}
	return m
}

// endpointMessages are the messages of the endpoints, as decode's read has them.
var endpointMessages = []struct{ endpoints, message string }{
	{"`register_runner`", "RegisterRunnerMessage"},
	{"`verify_runner`", "VerifyRunnerMessage"},
	{"`unregister_runner`, `unregister_runner_manager`", "UnregisterRunnerMessage"},
	{"`reset_token`", "ResetTokenMessage"},
	{"`request_job`", "RequestJobMessage"},
	{"`update_job`", "UpdateJobMessage"},
	{"`patch_trace`", "PatchTraceMessage"},
	{"`upload_artifacts`", "UploadArtifactsMessage"},
	{"`download_artifacts`", "DownloadArtifactsMessage"},
	{"`router_discovery`", "RouterDiscoveryMessage"},
	{"`git`", "GitMessage"},
	{"`object_storage`", "ObjectStorageMessage"},
	{"`unknown`", "UnknownMessage"},
	{"A message that could not be read", "Raw"},
}

const messagesHead = `# The messages

What ` + "`message`" + ` holds in ` + "`proxy dump --json`" + `, by ` + "`endpoint`" + `. This page is made from the
docstrings of package ` + "`decode`" + `, which a test compares with it.

A field is absent when it is empty, 0 or false, but for those in **bold**, which are always there. "Since" is
the first version of gitlab-runner that sends or reads it; without it 12.10 has the field already. The wire has
more than the types: what no field holds is in ` + "`gaps`" + `, and all of it in the recorded bodies.
[protocol.md](protocol.md) says how the calls play together.
`

func (m *messages) write() string {
	m.out.WriteString(messagesHead)
	for _, e := range endpointMessages {
		fmt.Fprintf(&m.out, "\n## %s\n", e.endpoints)
		m.table(e.message)
	}
	m.out.WriteString("\n# The parts of messages\n")
	for i := 0; i < len(m.shown); i++ { // grows while it is written
		fmt.Fprintf(&m.out, "\n## %s\n", m.shown[i])
		m.table(m.shown[i])
	}
	return m.out.String()
}

func (m *messages) table(name string) {
	if m.structs[name] == nil {
		m.t.Fatalf("package decode has no struct %s", name)
	}
	if m.doc[name] == "" {
		m.t.Errorf("decode.%s has no docstring", name)
	}
	fmt.Fprintf(&m.out, "\n%s\n\n| field | type | meaning |\n|---|---|---|\n", m.doc[name])
	m.rows(name)
}

func (m *messages) rows(name string) {
	for _, field := range m.structs[name].Fields.List {
		if len(field.Names) == 0 { // embedded
			m.rows(field.Type.(*ast.Ident).Name)
			continue
		}
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json")
		if tag == "-" {
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		key = "`" + key + "`"
		if !strings.Contains(options, "omit") {
			key = "**" + key + "**"
		}
		meaning := strings.TrimSpace(field.Comment.Text())
		if meaning == "" {
			m.t.Errorf("decode.%s.%s has no comment", name, field.Names[0])
		}
		fmt.Fprintf(&m.out, "| %s | %s | %s |\n", key, m.typeOf(field.Type), strings.ReplaceAll(linked.ReplaceAllString(meaning, "$1"), "|", `\|`))
	}
}

// linked is a name in the brackets of a docstring.
var linked = regexp.MustCompile(`\[([A-Za-z.]+)\]`)

// paragraph is a docstring in one line.
func paragraph(doc string) string {
	return linked.ReplaceAllString(strings.Join(strings.Fields(doc), " "), "`$1`")
}

// typeOf is the JSON type of a field, and notes the structs it names.
func (m *messages) typeOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return m.typeOf(e.X)
	case *ast.ArrayType:
		return "array of " + m.typeOf(e.Elt)
	case *ast.MapType:
		return "object of " + m.typeOf(e.Value)
	case *ast.SelectorExpr: // json.RawMessage, time.Time
		return map[string]string{"RawMessage": "any", "Time": "string"}[e.Sel.Name]
	case *ast.InterfaceType:
		return "any"
	case *ast.Ident:
		switch {
		case e.Name == "string" || m.strings[e.Name]:
			return "string"
		case e.Name == "bool":
			return "boolean"
		case m.structs[e.Name] == nil: // the kinds of numbers
			return "number"
		}
		if !slices.Contains(m.shown, e.Name) {
			m.shown = append(m.shown, e.Name)
		}
		return fmt.Sprintf("[%s](#%s)", e.Name, strings.ToLower(e.Name))
	}
	m.t.Fatalf("a field of type %T", e)
	return ""
}
