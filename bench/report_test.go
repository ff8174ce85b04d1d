package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerdict(t *testing.T) {
	rows := func(ours float64) figures {
		return figures{
			{Workload: "poll/http/16", Subject: nameOurs, Kept: 401, Rounds: []measured{{Rate: ours}}},
			{Workload: "poll/http/16", Subject: nameGoproxy, Rounds: []measured{{Rate: 100}}},
		}
	}
	for ours, want := range map[float64]string{91: "reached 0.91", 89: "not reached 0.89"} {
		lines := strings.Split(verdict(rows(ours), sizes{body: 1 << 20, conns: 100}), "\n")
		for prefix, want := range map[string]string{
			"| poll/http/16: requests/s":     want,
			"| poll/http/16: bytes":          "not reached 401.00",
			"| poll/https/16: requests/s":    "not measured ",
			"| upload-1MiB/https/1: MiB/s, ": "not measured ",
		} {
			if got := verdictOf(lines, prefix); got != want {
				t.Errorf("%s: %q, want %q", prefix, got, want)
			}
		}
	}
}

// verdictOf is the word and the figure of the line that begins so.
func verdictOf(lines []string, prefix string) string {
	for _, line := range lines {
		if cells := strings.Split(line, "|"); strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(cells[2]) + " " + strings.TrimSpace(cells[4])
		}
	}
	return ""
}

func TestReplaceSection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.md")
	begin, end := sectionMarks("s")
	for _, old := range []string{"", "old\n"} {
		if err := os.WriteFile(path, []byte("# a\n"+begin+"\n"+old+end+"\nz\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := replaceSection(path, "s", "new"); err != nil {
			t.Fatal(err)
		}
		got, _ := os.ReadFile(path)
		if want := "# a\n" + begin + "\n\nnew\n\n" + end + "\nz\n"; string(got) != want {
			t.Errorf("%q", got)
		}
	}
	if err := replaceSection(path, "other", "new"); err == nil {
		t.Error("a section that is not there was replaced")
	}
}
