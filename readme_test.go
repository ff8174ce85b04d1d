package runnertape_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// leftOut is a line of a transcript that stands for any number of lines.
const leftOut = "…"

// The transcript in the README is what the command prints, but for what differs
// from run to run and for what it says was left out.
func TestTranscript(t *testing.T) {
	dependOnSources(t)
	command, want := transcript(t)
	args := strings.Fields(command)
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Env = withoutSettings()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out // one pipe, so the order is the program's
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out.Bytes())
	}
	got := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	if at, ok := follows(got, want); !ok {
		t.Errorf("the README is not what %q prints. It has, from here on:\n%s\nprinted:\n%s", command, strings.Join(want[at:], "\n"), out.Bytes())
	}
}

// transcript is the first console block of the README: its command and output.
func transcript(t *testing.T) (command string, output []string) {
	t.Helper()
	_, block, _ := strings.Cut(document(t, "README.md"), "```console\n$ ")
	block, _, found := strings.Cut(block, "\n```")
	if !found {
		t.Fatal("the README has no transcript")
	}
	lines := strings.Split(block, "\n")
	return lines[0], lines[1:]
}

// follows tells whether got is what want describes; if not, which line of want
// is the first that does not fit.
func follows(got, want []string) (at int, ok bool) {
	g, gap := 0, false
	for i, line := range want {
		if line == leftOut {
			gap = true
			continue
		}
		for gap && g < len(got) && alike(got[g]) != alike(line) {
			g++
		}
		if g == len(got) || alike(got[g]) != alike(line) {
			return i, false
		}
		g, gap = g+1, false
	}
	return len(want), gap || g == len(got)
}

// varying is what differs from run to run: times, durations, ports, and the
// size of the recording.
var varying = []*regexp.Regexp{
	regexp.MustCompile(`\b\d\d:\d\d:\d\d\.\d{3}\b`),
	regexp.MustCompile(`\b[\d.]+m?s\b`),
	regexp.MustCompile(`127\.0\.0\.1:\d+`),
	regexp.MustCompile(`[\d.]+ [kM]B of recording`),
}

func alike(line string) string {
	for _, v := range varying {
		line = v.ReplaceAllString(line, "~")
	}
	return strings.Join(strings.Fields(line), " ")
}

// TestFollows proves that TestTranscript can fail.
func TestFollows(t *testing.T) {
	got := []string{"a 10:00:00.000", "b", "c", "d"}
	tests := []struct {
		want string
		ok   bool
	}{
		{"a 11:11:11.111|b|c|d", true},
		{"a 10:00:00.000|…|d", true},
		{"…|c|…", true},
		{"a 10:00:00.000|b|c", false},
		{"a 10:00:00.000|c|d", false},
		{"…|c", false},
		{"…|x|…", false},
		{"b|…", false},
	}
	for _, test := range tests {
		if _, ok := follows(got, strings.Split(test.want, "|")); ok != test.ok {
			t.Errorf("%s: %v", test.want, ok)
		}
	}
}

// Flags in the documents are flags of proxy, or of those named here.
func TestFlagsExist(t *testing.T) {
	theirs := []string{ // gitlab-runner register and run-single
		"--tls-ca-file", "--url", "--token", "--executor", "--shell", "--builds-dir", "--max-builds", "--wait-timeout",
	}
	bin := build(t)
	flag := regexp.MustCompile(`--[a-z][a-z-]+`)
	var ours []string
	for _, command := range []string{"record", "replay", "dump", "jobs", "check", "export", "compact", "faults", "ca", "demo"} {
		help, err := exec.CommandContext(t.Context(), bin, command, "--help").Output()
		if err != nil {
			t.Fatal(err)
		}
		ours = append(ours, flag.FindAllString(string(help), -1)...)
	}
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/json.md", "docs/dump.md", "docs/jobs.md", "docs/faults.md"} {
		for _, f := range flag.FindAllString(document(t, name), -1) {
			if !slices.Contains(ours, f) && !slices.Contains(theirs, f) {
				t.Errorf("%s names %s, which proxy does not have", name, f)
			}
		}
	}
}

// Files that the documents name are there.
func TestFilesExist(t *testing.T) {
	file := regexp.MustCompile("[`(]([A-Za-z_.]+(?:/[A-Za-z_.]+)*\\.(?:go|md))[`)]|\\]\\(([A-Za-z_./]+)\\)")
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/json.md", "docs/dump.md", "docs/jobs.md", "docs/faults.md"} {
		for _, m := range file.FindAllStringSubmatch(document(t, name), -1) {
			file := filepath.FromSlash(m[1] + m[2])
			_, err := os.Stat(file)
			if _, beside := os.Stat(filepath.Join(filepath.Dir(name), file)); err != nil && beside != nil {
				t.Errorf("%s names %s: %v", name, file, err)
			}
		}
	}
}
