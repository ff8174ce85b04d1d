package logdiff

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens, to be read in git diff")

// Each file of testdata has two logs, as cat -v shows them, and what differs in them.
func TestCompare(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no samples", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil || len(a.Files) != 3 {
				t.Fatal("want files recorded, replayed and differs", err)
			}
			d := Compare(visible(a.Files[0].Data), visible(a.Files[1].Data))
			got := fmt.Sprintf("removed %d added %d runner %d\n%s", d.Removed, d.Added, d.Runner, strings.Join(append(d.Lines, ""), "\n"))
			if *update {
				a.Files[2].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(a.Files[2].Data) {
				t.Errorf("got\n%swant\n%s", got, a.Files[2].Data)
			}
			if d := Compare(visible(a.Files[0].Data), visible(a.Files[0].Data)); !d.Same() || d.Runner != 0 {
				t.Errorf("a log differs from itself: %+v", d)
			}
		})
	}
}

// visible is the opposite of cat -v.
func visible(text []byte) []byte {
	return []byte(strings.NewReplacer("^[", "\x1b", "^M", "\r").Replace(string(text)))
}

func TestCompareBounds(t *testing.T) {
	var a, b strings.Builder
	for i := 0; a.Len() < 2*MaxLog; i++ {
		fmt.Fprintf(&a, "line %d\n", i)
		fmt.Fprintf(&b, "other %d\n", i)
	}
	d := Compare([]byte(a.String()), []byte(b.String()))
	if len(d.Lines) != maxLines || d.Removed == 0 || d.Added == 0 || d.Runner != 0 {
		t.Errorf("%d lines, removed %d, added %d, runner %d", len(d.Lines), d.Removed, d.Added, d.Runner)
	}
	if d := Compare(nil, []byte(strings.Repeat("ä", MaxLog/4))); len(d.Lines) != 1 || len(d.Lines[0]) > maxLine+len("…") {
		t.Errorf("a long line is shown with %d bytes", len(d.Lines[0]))
	}
	for lead := maxLine - 40; lead < maxLine; lead++ {
		line := strings.Repeat("x", lead-2) + " TOKEN=glpat-x7Kd93jfLsmQ2pVt81Zb and more" + strings.Repeat(" and more", maxLine)
		if d := Compare(nil, []byte(line)); len(d.Lines) != 1 || strings.Contains(d.Lines[0], "glpat") && !strings.Contains(d.Lines[0], "81Zb") {
			t.Errorf("half a token is shown: %q", d.Lines)
		}
	}
	end := a.String()[:MaxLog]
	if d := Compare([]byte(end+"\none"), []byte(end+"\ntwo")); !d.Same() {
		t.Error("what is beyond MaxLog was compared", d.Lines)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add([]byte("a\nb\n"), []byte("a\nc"))
	f.Add([]byte("section_start:1:step_script\r\x1b[0K$ make\n"), []byte("\x1b]"))
	f.Fuzz(func(t *testing.T, recorded, replayed []byte) {
		d := Compare(recorded, replayed)
		if !Compare(recorded, recorded).Same() {
			t.Error("a log differs from itself")
		}
		if back := Compare(replayed, recorded); back.Same() != d.Same() {
			t.Errorf("one way %+v, the other %+v", d, back)
		}
	})
}
