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

	"runnertape/decode"
)

var updateDocs = flag.Bool("update-docs", false, "rewrite chapter 9 of docs/protocol.md, and the transcripts of documents")

// Between these lines docs/protocol.md is made by [TestMessagesAreDocumented].
const (
	generatedBegin = "<!-- from here on made from the docstrings of package decode: go test . -run Messages -update-docs -->\n"
	generatedEnd   = "<!-- up to here -->\n"
)

// Chapter 9 of docs/protocol.md is the docstrings of package decode, so that it says of each
// message what the code does.
func TestMessagesAreDocumented(t *testing.T) {
	const name = "docs/protocol.md"
	want := readMessages(t).write()
	before, rest, begins := strings.Cut(document(t, name), generatedBegin)
	got, after, ends := strings.Cut(rest, generatedEnd)
	if !begins || !ends {
		t.Fatalf("%s has no part between %q and %q", name, generatedBegin, generatedEnd)
	}
	if *updateDocs {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(before+generatedBegin+want+generatedEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s is not what the docstrings of package decode say; go test . -run %s -update-docs rewrites it (-code +document):\n%s", name, t.Name(), diff)
	}
}

// messages are the types that decode puts into recordings.
type messages struct {
	t       *testing.T
	doc     map[string]string          // of each struct
	structs map[string]*ast.StructType // of package decode, by name
	calls   map[string]string          // by endpoint, as it stands in recordings: the comment of its constant
	strings map[string]bool            // types that are strings in JSON
	shown   []string                   // structs in the order in which they were named
	out     strings.Builder
}

func readMessages(t *testing.T) *messages {
	t.Helper()
	m := &messages{t: t, doc: map[string]string{}, structs: map[string]*ast.StructType{}, calls: map[string]string{}, strings: map[string]bool{}}
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
			if ok && g.Tok == token.CONST {
				m.readCalls(g)
			}
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

// readCalls notes the constants of type Endpoint.
func (m *messages) readCalls(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		spec := spec.(*ast.ValueSpec)
		if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Endpoint" {
			m.calls[strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)] = strings.TrimSpace(spec.Comment.Text())
		}
	}
}

// endpointMessages are the messages of the endpoints, as decode's read has them.
var endpointMessages = []struct {
	endpoints []decode.Endpoint
	message   string
}{
	{[]decode.Endpoint{decode.RegisterRunner}, "RegisterRunnerMessage"},
	{[]decode.Endpoint{decode.VerifyRunner}, "VerifyRunnerMessage"},
	{[]decode.Endpoint{decode.UnregisterRunner, decode.UnregisterRunnerManager}, "UnregisterRunnerMessage"},
	{[]decode.Endpoint{decode.ResetToken}, "ResetTokenMessage"},
	{[]decode.Endpoint{decode.RequestJob}, "RequestJobMessage"},
	{[]decode.Endpoint{decode.UpdateJob}, "UpdateJobMessage"},
	{[]decode.Endpoint{decode.PatchTrace}, "PatchTraceMessage"},
	{[]decode.Endpoint{decode.UploadArtifacts}, "UploadArtifactsMessage"},
	{[]decode.Endpoint{decode.DownloadArtifacts}, "DownloadArtifactsMessage"},
	{[]decode.Endpoint{decode.RouterDiscovery}, "RouterDiscoveryMessage"},
	{[]decode.Endpoint{decode.Git}, "GitMessage"},
	{[]decode.Endpoint{decode.ObjectStorage}, "ObjectStorageMessage"},
	{[]decode.Endpoint{decode.Cache}, "CacheMessage"},
	{[]decode.Endpoint{decode.Unknown}, "UnknownMessage"},
	{nil, "Raw"},
}

func (m *messages) write() string {
	m.endpoints()
	m.out.WriteString("\n### 9.2 The messages\n")
	for _, e := range endpointMessages {
		heading := "A message that could not be read"
		if e.endpoints != nil {
			heading = quoted(e.endpoints)
		}
		fmt.Fprintf(&m.out, "\n#### %s\n\n%s\n", heading, m.meaning(e.message))
		m.table(e.message)
	}
	m.out.WriteString("\n### 9.3 The parts of messages\n")
	for i := 0; i < len(m.shown); i++ { // grows while it is written
		fmt.Fprintf(&m.out, "\n#### %s\n\n%s\n", m.shown[i], m.meaning(m.shown[i]))
		m.table(m.shown[i])
	}
	return m.out.String()
}

// endpoints writes the table of all calls.
func (m *messages) endpoints() {
	m.out.WriteString("### 9.1 Endpoints\n\n| endpoint | method and path | message | what it means |\n|---|---|---|---|\n")
	var seen []decode.Endpoint
	for _, e := range endpointMessages {
		if e.endpoints == nil {
			continue
		}
		seen = append(seen, e.endpoints...)
		var calls []string
		for _, endpoint := range e.endpoints {
			calls = append(calls, m.callsOf(endpoint)...)
		}
		anchor := strings.NewReplacer("`", "", ",", "", " ", "-").Replace(quoted(e.endpoints))
		fmt.Fprintf(&m.out, "| %s | %s | [%s](#%s) | %s |\n", quoted(e.endpoints), strings.Join(calls, "<br>"), e.message, anchor,
			strings.ReplaceAll(m.meaning(e.message), "|", `\|`))
	}
	if diff := cmp.Diff(decode.Endpoints(), seen); diff != "" {
		m.t.Errorf("the endpoints of decode, and those this test has messages for (-code +test):\n%s", diff)
	}
}

// callsOf are method and path of an endpoint: those of the runner API stand in the comments of the constants
// without what all of them begin with.
func (m *messages) callsOf(e decode.Endpoint) (calls []string) {
	if m.calls[string(e)] == "" {
		m.t.Errorf("the constant of endpoint %s has no comment", e)
	}
	for call := range strings.SplitSeq(m.calls[string(e)], ", ") {
		method, path, _ := strings.Cut(call, " ")
		if method != strings.ToUpper(method) {
			return []string{m.calls[string(e)]}
		}
		calls = append(calls, "`"+method+" /api/v4/"+path+"`")
	}
	return calls
}

func quoted(endpoints []decode.Endpoint) string {
	var names []string
	for _, e := range endpoints {
		names = append(names, "`"+string(e)+"`")
	}
	return strings.Join(names, ", ")
}

// meaning is the docstring of a type, without its name.
func (m *messages) meaning(name string) string {
	doc := strings.TrimPrefix(m.doc[name], name+" is ")
	if doc == "" {
		m.t.Errorf("decode.%s has no docstring", name)
	}
	return strings.ToUpper(doc[:1]) + doc[1:]
}

func (m *messages) table(name string) {
	if m.structs[name] == nil {
		m.t.Fatalf("package decode has no struct %s", name)
	}
	m.out.WriteString("\n| field | type | meaning |\n|---|---|---|\n")
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
