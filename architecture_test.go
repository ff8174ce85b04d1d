package runnertape_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "runnertape"

// room is a line of the table in ARCHITECTURE.md.
type room struct {
	imports []string // packages of the project, by folder; "" is the root
	others  string   // modules of somebody else it may import, with blanks between; "" for none
	says    string   // the sentence
}

var rooms = map[string]room{
	"":                 {nil, "", "the root imports the standard library only, and not net/http"},
	"decode":           {[]string{""}, "", "decode knows GitLab's protocol; it knows no storage and no sockets"},
	"findings":         {[]string{"", "decode"}, "", "findings are read from messages and jobs; they know no storage and no sockets"},
	"drift":            {[]string{"", "decode"}, "", "drift compares what exchanges say; it knows no storage and no sockets"},
	"contents":         {[]string{""}, "github.com/klauspost/compress", "contents reads bodies as they stream by; it knows no storage and no sockets"},
	"trim":             {[]string{"", "decode"}, "", "trim chooses exchanges by what they say: it knows no storage and no sockets"},
	"merge":            {[]string{"", "decode"}, "", "merge puts exchanges in order: it knows no storage and no sockets"},
	"logdiff":          {[]string{"", "decode"}, "github.com/rogpeppe/go-internal/diff", "logdiff compares logs: it knows no storage and no sockets"},
	"redact":           {[]string{"", "decode"}, "", "redact knows decode, and nothing else"},
	"store":            {[]string{""}, "go.etcd.io/bbolt github.com/klauspost/compress", "store knows nothing of HTTP or GitLab, is the only importer of bbolt, and the only writer of zstd"},
	"live":             {[]string{""}, "", "live serves any source, and knows neither store nor GitLab"},
	"proxy":            {[]string{"", "proxy/http1"}, "github.com/elazarl/goproxy", "proxy knows neither decode nor store, and is the only importer of goproxy, but for bench"},
	"proxy/http1":      {[]string{""}, "", "proxy/http1 reads bytes: no sockets, no net/http"},
	"har":              {[]string{"", "proxy/http1"}, "", "har is a format: it knows neither storage nor GitLab"},
	"capture":          {[]string{"", "proxy/http1"}, "github.com/gopacket/gopacket", "capture reads packets, and is the only importer of gopacket"},
	"mint":             {[]string{"", "decode", "redact"}, "", "mint makes messages of what is said: it knows decode and redact, no storage and no sockets"},
	"faults":           {[]string{"decode"}, "", "faults are text and counts: they know decode, no sockets and no clock"},
	"bare":             {[]string{"", "contents"}, "", "bare runs the installed git on repositories of its own; it has no sockets, and replay does not import it: nothing there starts a program"},
	"received":         {[]string{""}, "", "received keeps bytes on disk: it knows neither sockets nor GitLab"},
	"usage":            {nil, "", "usage writes down a command line: it knows nothing of the rest, nor of urfave/cli"},
	"replay":           {[]string{"", "decode", "redact", "logdiff", "faults", "contents", "received"}, "", "replay knows decode, redact, logdiff, faults, contents and received, and asks a Source for exchanges"},
	"serve":            {[]string{"", "decode", "redact", "proxy", "replay", "bare", "received", "store", "fixtures"}, "", "serve puts together what stands behind a door; flags, signals, what is said to people and live recordings are of cmd"},
	"fixtures":         {[]string{"", "decode"}, "", "fixtures are recordings as text: they know the domain and decode"},
	"fixtures/gitlab":  {nil, "", "fixtures/gitlab is independent, or the tests prove nothing"},
	"fixtures/planted": {nil, "github.com/klauspost/compress", "fixtures/planted is independent, or the tests prove nothing; it unpacks what is left in a file"},
	"fixtures/runner":  {nil, "", "fixtures/runner is independent, or the tests prove nothing"},
	"release":          {nil, "", "release runs go and git, and knows nothing of the rest"},
	"bench":            {[]string{"", "decode", "store"}, "github.com/elazarl/goproxy", "bench runs the proxy command as others do, on recordings that it makes too; goproxy is what it is compared with"},
	"cmd/proxy": {
		[]string{"", "decode", "findings", "drift", "trim", "merge", "contents", "redact", "store", "live", "proxy", "replay", "serve", "bare", "received", "har", "capture", "faults", "mint", "fixtures", "fixtures/gitlab", "fixtures/runner", "usage"},
		"github.com/urfave/cli/v2 golang.org/x/term golang.org/x/sys golang.org/x/crypto/x509roots/fallback", "cmd wires the rooms, and is the only importer of urfave/cli, x/term, x/sys and x509roots",
	},

	// For tests.
	"replay/replaytest": {[]string{"", "serve", "proxy", "replay", "faults", "contents"}, "", "replay/replaytest is a replay for somebody's test"},
	"proxy/recordtest":  {[]string{"", "decode", "redact", "store", "fixtures", "serve", "proxy", "replay", "replay/replaytest"}, "", "proxy/recordtest is a recorder for somebody's test"},
	"internal/faketest": {nil, "", "internal/faketest runs test functions for tests of what fails tests"},
}

// noSockets are rooms that do not touch the network, not even by way of another.
var noSockets = []string{"", "decode", "findings", "drift", "trim", "merge", "contents", "logdiff", "redact", "store", "faults", "bare", "received", "mint", "proxy/http1"}

type listed struct {
	ImportPath, Dir                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

func (p listed) room() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// list are the packages of the project.
func list(t *testing.T) []listed {
	t.Helper()
	var packages []listed
	d := json.NewDecoder(bytes.NewReader(goTool(t, "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports,Deps", "./...")))
	for {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// goTool is the stdout of a go command.
func goTool(t *testing.T, args ...string) []byte {
	t.Helper()
	dependOnSources(t)
	return outputOf(t, "go", args...)
}

func TestArrowsPointOneWay(t *testing.T) {
	packages := list(t)
	if len(packages) != len(rooms) {
		t.Errorf("there are %d packages, and %d in the table", len(packages), len(rooms))
	}
	for _, p := range packages {
		r, ok := rooms[p.room()]
		if !ok {
			t.Errorf("%s has no line in the table of ARCHITECTURE.md and of this test", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if !r.allows(i) {
				t.Errorf("%s imports %s: %s", p.ImportPath, i, r.says)
			}
		}
		if p.room() == "fixtures/gitlab" {
			for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
				if i != p.ImportPath && isOurs(i) {
					t.Errorf("a test of %s imports %s: %s", p.ImportPath, i, r.says)
				}
			}
		}
	}
}

// Tests may import more of the project, but no library of another room.
func TestLibrariesStayInTheirRooms(t *testing.T) {
	for _, p := range list(t) {
		for _, i := range slices.Concat(p.TestImports, p.XTestImports) {
			for owner, r := range rooms {
				if owner != p.room() && r.owns(i) && !rooms[p.room()].owns(i) {
					t.Errorf("a test of %s imports %s: %s", p.ImportPath, i, r.says)
				}
			}
		}
	}
}

func TestRoomsWithoutSockets(t *testing.T) {
	for _, p := range list(t) {
		if !slices.Contains(noSockets, p.room()) {
			continue
		}
		for _, d := range p.Deps {
			if d == "net/http" || d == "net" {
				t.Errorf("%s depends on %s: %s", p.ImportPath, d, rooms[p.room()].says)
			}
		}
	}
}

// What is for tests does not get into the program: package testing would bring its flags.
func TestProgramIsNoTest(t *testing.T) {
	packages := list(t)
	at := slices.IndexFunc(packages, func(p listed) bool { return p.room() == "cmd/proxy" })
	if at < 0 {
		t.Fatal("there is no program")
	}
	for _, d := range packages[at].Deps {
		if d == "testing" || within(d, module+"/replay/replaytest") || within(d, module+"/proxy/recordtest") || within(d, module+"/internal/faketest") {
			t.Errorf("cmd/proxy depends on %s, which is for tests", d)
		}
	}
	at = slices.IndexFunc(packages, func(p listed) bool { return p.room() == "replay/replaytest" })
	if at < 0 || !slices.Contains(packages[at].Deps, "testing") {
		t.Error("what is for tests does not depend on testing: this shows nothing")
	}
}

func (r room) allows(i string) bool {
	if isOurs(i) {
		return slices.Contains(r.imports, strings.TrimPrefix(strings.TrimPrefix(i, module), "/"))
	}
	standard := !strings.Contains(strings.Split(i, "/")[0], ".")
	return standard || r.owns(i)
}

func (r room) owns(i string) bool {
	return slices.ContainsFunc(strings.Fields(r.others), func(module string) bool { return within(i, module) })
}

func isOurs(i string) bool { return within(i, module) }

// within tells whether an import is of a module.
func within(i, module string) bool { return i == module || strings.HasPrefix(i, module+"/") }

// A replay holds no dialer, nor does anything of the project that it imports.
func TestReplayIsClosed(t *testing.T) {
	packages := list(t)
	at := slices.IndexFunc(packages, func(p listed) bool { return p.room() == "replay" })
	if at < 0 {
		t.Fatal("there is no replay")
	}
	looked := 0
	for _, p := range packages {
		if p.room() != "replay" && !slices.Contains(packages[at].Deps, p.ImportPath) {
			continue
		}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			looked++
			for _, what := range waysOut(f) {
				t.Errorf("%s names %s: replay holds no dialer; a miss never goes anywhere", path.Join(p.room(), name), what)
			}
		}
	}
	if looked < 10 {
		t.Errorf("looked at %d files only", looked)
	}
}

// TestWaysOut proves that TestReplayIsClosed can fail.
func TestWaysOut(t *testing.T) {
	tests := []struct{ source, want string }{
		{`import "net"; var _ = net.Dial`, "net.Dial"},
		{`import "net"; var _ net.Dialer`, "net.Dialer"},
		{`import n "net"; var _ = n.DialTimeout`, "net.DialTimeout"},
		{`import "net"; var d interface{ DialContext() }; var _ = d.DialContext`, "DialContext"},
		{`import "net"; var _ = net.LookupHost`, "net.LookupHost"},
		{`import "net/http"; var _ = http.Get`, "net/http.Get"},
		{`import "net/http"; var _ http.Client`, "net/http.Client"},
		{`import "net/http"; var _ = &http.Transport{}`, "net/http.Transport"},
		{`import h "net/http"; var _ = h.DefaultClient`, "net/http.DefaultClient"},
		{`import . "net/http"`, "import . \"net/http\""},
		{`import "os/exec"`, "os/exec"},
		{`import "crypto/tls"`, "crypto/tls"},
		{`import "net/http/httputil"`, "net/http/httputil"},
		{`import ("net"; "net/http"); var _ = net.JoinHostPort; var _ http.Handler; var _ = http.StatusOK`, ""},
	}
	for _, test := range tests {
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+test.source, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(waysOut(f), " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.source, got, test.want)
		}
	}
}

// waysOut are the names in a file by which one could connect to somebody.
func waysOut(f *ast.File) []string {
	var found []string
	packages := map[string]string{} // name in this file → import path
	for _, spec := range f.Imports {
		i, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(i)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		packages[name] = i
		switch {
		case name == "." && within(i, "net"):
			found = append(found, "import . "+spec.Path.Value)
		case i == "os/exec", i == "crypto/tls", i == "syscall", i == "net/smtp", within(i, "net/rpc"), strings.HasPrefix(i, "net/http/"):
			found = append(found, i)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from := ""
		if x, ok := s.X.(*ast.Ident); ok {
			from = packages[x.Name]
		}
		switch name := s.Sel.Name; {
		case from == "net" && (strings.HasPrefix(name, "Dial") || strings.HasPrefix(name, "Lookup") || strings.HasPrefix(name, "Resolve")),
			from == "net" && strings.HasPrefix(name, "Default"),
			from == "net/http" && slices.Contains([]string{
				"Client", "DefaultClient", "Transport", "DefaultTransport", "NewFileTransport", "Get", "Head", "Post", "PostForm", "NewRequest", "NewRequestWithContext",
			}, name):
			found = append(found, from+"."+name)
		case from == "" && (name == "Dial" || name == "DialContext" || name == "RoundTrip"):
			found = append(found, name)
		}
		return true
	})
	return found
}
