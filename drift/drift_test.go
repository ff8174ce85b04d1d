package drift_test

import (
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"runnertape/drift"
)

var update = flag.Bool("update", false, "rewrite the changes in testdata, to be read in git diff")

// Each file of testdata is two recordings in short form, see schemaOf, and what changed from a to b. Adding a case is adding a file.
func TestChanges(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 3 || archive.Files[2].Name != "changes" {
				t.Fatal("it has not the entries a, b and changes")
			}
			a, b := string(archive.Files[0].Data), string(archive.Files[1].Data)
			var got strings.Builder
			for _, ch := range drift.Compare(schemaOf(t, a), schemaOf(t, b)) {
				got.WriteString(line(ch))
			}
			if *update {
				archive.Files[2].Data = []byte(got.String())
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := gocmp.Diff(string(archive.Files[2].Data), got.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			mirror(t, schemaOf(t, a), schemaOf(t, b))
			if changes := drift.Compare(schemaOf(t, b), schemaOf(t, b)); len(changes) != 0 {
				t.Errorf("it differs from itself: %v", changes)
			}
		})
	}
}

// mirror holds the changes from a to b against those from b to a.
func mirror(t *testing.T, a, b *drift.Schema) {
	t.Helper()
	there, back := drift.Compare(a, b), drift.Compare(b, a)
	for i, ch := range back {
		ch.A, ch.B, ch.Before, ch.After = ch.B, ch.A, ch.After, ch.Before
		switch ch.Kind {
		case drift.Gained:
			ch.Kind = drift.Lost
		case drift.Lost:
			ch.Kind = drift.Gained
		}
		back[i] = ch
	}
	for _, list := range [][]drift.Change{there, back} {
		for i := range list {
			list[i].Level = drift.Info // that of a direction
		}
		slices.SortFunc(list, func(x, y drift.Change) int { return cmp.Compare(line(x), line(y)) })
	}
	if diff := gocmp.Diff(there, back); diff != "" {
		t.Errorf("the other way round other things changed: (-there +back)\n%s", diff)
	}
}
