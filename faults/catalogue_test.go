package faults_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"runnertape/faults"
)

// Each shipped file is right, and says all that it has to say.
func TestCatalogue(t *testing.T) {
	all := faults.Catalogue()
	if len(all) < 12 {
		t.Errorf("only %d files", len(all))
	}
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	section := regexp.MustCompile(`https://|docs/protocol\.md [0-9]`)
	for _, s := range all {
		rules, err := faults.Parse(s.Name, s.Text)
		if err != nil || len(rules) == 0 || len(rules) != len(s.Rules) {
			t.Errorf("%s: %d rules, %v", s.Name, len(rules), err)
		}
		if !name.MatchString(s.Name) || s.Title == "" || s.Happened == "" || s.Healthy == "" || s.Ends == "" || !section.MatchString(s.Source) {
			t.Errorf("%s does not say all: %+v", s.Name, s)
		}
		for line := range strings.Lines(s.Text) {
			if len(line) > 121 {
				t.Errorf("%s: a long line: %s", s.Name, line)
			}
		}
		if found, ok := faults.Find(s.Name); !ok || found.Title != s.Title {
			t.Errorf("%s is not found", s.Name)
		}
	}
	if _, ok := faults.Find("no-such"); ok {
		t.Error("what is not there is found")
	}
}

// docs/faults.md has a table of the shipped files. -update writes it.
func TestTableInDocs(t *testing.T) {
	const path, begin, end = "../docs/faults.md", "<!-- shipped: written by go test ./faults -update -->\n", "<!-- end of shipped -->\n"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", path)
	}
	var b strings.Builder
	b.WriteString("| name | what happens | its jobs in the tests end |\n|---|---|---|\n")
	for _, s := range faults.Catalogue() {
		b.WriteString("| `" + s.Name + "` | " + s.Title + " | " + s.Ends + " |\n")
	}
	want := before + begin + b.String() + end + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(text) {
		t.Errorf("the table of %s is not that of the catalogue; -update writes it", path)
	}
}

// What docs/faults.md shows of files is right.
func TestExamplesInDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n```text\n")
	example, _, ok := strings.Cut(rest, "```\n")
	rules, err := faults.Parse("docs/faults.md", example)
	if !ok || err != nil || len(rules) < 5 {
		t.Errorf("%d rules, %v", len(rules), err)
	}
}
