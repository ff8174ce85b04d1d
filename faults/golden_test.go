package faults_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape/faults"
)

var update = flag.Bool("update", false, "rewrite what testdata expects, to be read in git diff")

// Each file of testdata is fault files, one a paragraph; below each, behind ">", stands what
// parsing it makes of it: its rules, or what is wrong with it. Adding a case is adding a paragraph.
func TestParse(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := answered(string(text))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(text), got); d != "" {
				t.Errorf("%s (-want +got); -update rewrites it\n%s", path, d)
			}
		})
	}
}

// answered is a file of cases with the answers that they get now.
func answered(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n\n") {
		var file string
		for line := range strings.Lines(paragraph + "\n") {
			if !strings.HasPrefix(line, ">") {
				file += line
			}
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(file)
		rules, err := faults.Parse("f", file)
		for _, r := range rules {
			if err == nil {
				b.WriteString("> " + faults.Describe(r) + "\n")
			}
		}
		if err != nil {
			b.WriteString("> " + strings.ReplaceAll(err.Error(), "\n", "\n> ") + "\n")
		}
	}
	return b.String()
}
