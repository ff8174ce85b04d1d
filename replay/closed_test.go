package replay

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// TestClosed holds the promise that a replay goes nowhere: the package does not
// name anything that dials.
func TestClosed(t *testing.T) {
	never := map[string]bool{
		"http.Client": true, "http.DefaultClient": true, "http.Transport": true, "http.DefaultTransport": true,
		"http.Get": true, "http.Head": true, "http.Post": true, "http.PostForm": true, "http.NewRequest": true, "http.NewRequestWithContext": true,
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			switch path := strings.Trim(i.Path.Value, `"`); {
			case path == "os/exec", path == "crypto/tls", path == "syscall", strings.HasPrefix(path, "net/http/"), strings.HasPrefix(path, "net/rpc"):
				t.Errorf("%s imports %s", file.Name(), path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok {
					name := pkg.Name + "." + s.Sel.Name
					if never[name] || pkg.Name == "net" && (strings.Contains(name, "Dial") || strings.Contains(name, "Lookup") || strings.Contains(name, "Resolve")) {
						t.Errorf("%s: a replay must not reach out: %s", file.Name(), name)
					}
				}
			}
			return true
		})
	}
}
