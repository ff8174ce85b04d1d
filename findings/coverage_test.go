package findings_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"runnertape/findings"
)

// Each kind is found in at least one case, of testdata or of TestLog.
func TestEveryKindIsFound(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range playFiles(t) {
		for _, f := range found(readPlay(t, name).exchanges) {
			seen[f.Kind] = true
		}
	}
	for _, c := range logCases {
		seen[c.want] = true
	}
	for _, k := range findings.Kinds() {
		if !seen[k.Name] {
			t.Errorf("no case has %s", k.Name)
		}
	}
}

// row is a line of the tables of docs/findings.md.
var row = regexp.MustCompile(`(?m)^\| ` + "`([a-z0-9_]+)`" + ` \| (\w+) \| ([^|]+) \| ([^|]+) \| ([0-9.]+) \|$`)

// docs/findings.md has each kind once, with its weight and section, and no other.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []findings.Kind
	for _, m := range row.FindAllSubmatch(text, -1) {
		listed = append(listed, findings.Kind{Name: string(m[1]), Weight: findings.Weight(m[2]), Section: string(m[5])})
	}
	if rows := strings.Count(string(text), "\n| `"); rows != len(listed) {
		t.Errorf("%d of %d rows are | `kind` | weight | meaning | what to do | section |", len(listed), rows)
	}
	slices.SortFunc(listed, func(a, b findings.Kind) int { return strings.Compare(a.Name, b.Name) })
	all := findings.Kinds()
	for _, k := range all {
		if n := count(listed, k); n != 1 {
			t.Errorf("docs/findings.md has %d rows of %s, weight %s, section %s", n, k.Name, k.Weight, k.Section)
		}
	}
	for _, k := range listed {
		if count(all, k) != 1 {
			t.Errorf("docs/findings.md has %s, weight %s, section %s: no finding is so", k.Name, k.Weight, k.Section)
		}
	}
}

func count(list []findings.Kind, k findings.Kind) int {
	n := 0
	for _, other := range list {
		if other == k {
			n++
		}
	}
	return n
}

// Sections are those of docs/protocol.md, and kinds have names of their own.
func TestSectionsExist(t *testing.T) {
	text, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, k := range findings.Kinds() {
		if !regexp.MustCompile(`(?m)^#+ ` + regexp.QuoteMeta(k.Section) + `\.? `).Match(text) {
			t.Errorf("%s rests on section %s, which docs/protocol.md does not have", k.Name, k.Section)
		}
		if names[k.Name] || !regexp.MustCompile(`^[a-z][a-z0-9_]+$`).MatchString(k.Name) {
			t.Errorf("kind %q is not in snake_case, or there twice", k.Name)
		}
		names[k.Name] = true
	}
}
