package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	tablesBegin = "<!-- from here on made from the recordings: go test ./cmd/proxy -run FixturesTable -update-fixtures-table -->\n"
	tablesEnd   = "<!-- to here -->\n"
)

// The tables of fixtures/README.md are what the shapes say and the recordings have.
func TestFixturesTable(t *testing.T) {
	const path = "../../fixtures/README.md"
	text, err := os.ReadFile(path)
	mustDo(t, err)
	before, rest, begun := strings.Cut(string(text), tablesBegin)
	was, after, ended := strings.Cut(rest, tablesEnd)
	if !begun || !ended {
		t.Fatalf("%s has no place for the tables", path)
	}
	is := shapesTable(t) + "\n" + recordingsTable(t)
	if *updateTable {
		mustDo(t, os.WriteFile(path, []byte(before+tablesBegin+is+tablesEnd+after), 0o644))
		return
	}
	if diff := gocmp.Diff(was, is); diff != "" {
		t.Errorf("the tables are old; see the comment before them (-README +recordings):\n%s", diff)
	}
}

func shapesTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| shape | what is worth looking at |\n|---|---|\n")
	for _, s := range shapes(t) {
		fmt.Fprintf(&b, "| [%s](shapes/%s.txtar) | %s |\n", s.name, s.name, s.about)
	}
	return b.String()
}

func recordingsTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("| file | runner | way in | executor | jobs | exchanges | kB |\n|---|---|---|---|---|---:|---:|\n")
	for _, k := range catalogue(t) {
		src, err := openRecording(k.path)
		mustDo(t, err)
		all := rebuild(t, src)
		var versions, executors, ways []string
		for _, r := range all.runners {
			versions = append(versions, r.Versions...)
			executors = append(executors, r.Executor)
		}
		for _, x := range all.exchanges {
			ways = append(ways, string(x.Way)+", "+x.Scheme)
		}
		size, err := os.Stat(k.path)
		mustDo(t, err)
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %d | %d |\n", filepath.Base(k.path), each(versions), each(ways), each(executors),
			strings.Join(all.ends, "<br>"), len(all.exchanges), (size.Size()+999)/1000)
		mustDo(t, src.Close())
	}
	return b.String()
}

// each is every text once, but for those that say nothing.
func each(texts []string) string {
	texts = slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(texts))), func(text string) bool { return text == "" })
	return cmp.Or(strings.Join(texts, ", "), "not told")
}
