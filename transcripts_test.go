package runnertape_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Each console block of each document is run, so that none can say what the command does not: the lines behind
// "$ " by a POSIX shell, one after the other, all those of a document in one folder that has fixtures/ in it. What
// they write to stdout and stderr is what stands below them, but for what differs from run to run ([varying])
// and for a line "…", which stands for any number of lines. A command that ends with another code than 0 has to
// be written with what shows it, as in `proxy diff A B; echo $?`.
//
// With -update-docs the output of commands without "…" is rewritten.
//
// gitlab-runner is there too, and what it says itself is in no transcript: the runner that GITLAB_RUNNER names,
// or the scripted one of fixtures/runner ([TestMain]).
func TestTranscripts(t *testing.T) {
	dependOnSources(t)
	shell := transcriptShell(t)
	for _, name := range documents(t) {
		text := document(t, name)
		if !consoleFence.MatchString(text) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			page := transcriptPage{shell: shell, dir: t.TempDir(), home: t.TempDir()}
			here, err := filepath.Abs("fixtures")
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(here, filepath.Join(page.dir, "fixtures")); err != nil {
				t.Fatal(err)
			}
			updated := page.run(t, text)
			if *updateDocs && updated != text {
				if err := os.WriteFile(filepath.FromSlash(name), []byte(updated), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// documents are all Markdown files of the project, but for those that are data of tests.
func documents(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".md"):
			names = append(names, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(names, "README.md") || !slices.Contains(names, "docs/protocol.md") {
		t.Fatalf("documents are missing in %v", names)
	}
	return names
}

// transcriptPage is where the commands of one document run.
type transcriptPage struct {
	shell     []string // environment
	dir, home string
}

var (
	// consoleBlock is a fenced block of commands and what they print.
	consoleBlock = regexp.MustCompile("(?ms)^```console\n(.*?)^```$")
	// consoleFence is how any such block begins, also one in a list, which would not be read.
	consoleFence = regexp.MustCompile("(?m)^[ \t>*-]*(```+|~~~+) *console")
)

// run runs all blocks of a document, and returns it with what was printed.
func (p transcriptPage) run(t *testing.T, text string) (updated string) {
	t.Helper()
	blocks := consoleBlock.FindAllStringSubmatch(text, -1)
	if n := len(consoleFence.FindAllString(text, -1)); n != len(blocks) {
		t.Fatalf("%d of %d console blocks could be read", len(blocks), n)
	}
	for _, block := range blocks {
		commands := commandsOf(block[1])
		if len(commands) == 0 {
			t.Errorf("a console block without a command; what is no transcript is ```sh or ```text:\n%s", block[0])
		}
		anew := "```console\n"
		for _, c := range commands {
			if t.Failed() {
				return text // what follows may need what failed
			}
			anew += "$ " + c.line + "\n" + p.output(t, c)
		}
		text = strings.Replace(text, block[0], anew+"```", 1)
	}
	return text
}

// output runs a command, and returns what the document is to have below it.
func (p transcriptPage) output(t *testing.T, c transcriptCommand) string {
	t.Helper()
	// README has what works without an installed command, which is the one that was built.
	cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(c.line, "go run ./cmd/proxy ", "proxy "))
	cmd.Dir = p.dir
	cmd.Env = append(slices.Clone(p.shell), "HOME="+p.home, "XDG_CONFIG_HOME="+filepath.Join(p.home, ".config"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out // one pipe, so the order is the program's
	err := cmd.Run()
	printed := strings.ReplaceAll(out.String(), p.home, "/home/me")
	if err != nil {
		t.Errorf("$ %s: %v\n%s", c.line, err, printed)
		return c.output
	}
	got, want := linesOf(printed), linesOf(c.output)
	at, ok := follows(got, want)
	switch {
	case ok:
		return c.output
	case *updateDocs && !slices.Contains(want, leftOut):
		return printed
	}
	t.Errorf("$ %s: go test . -run Transcripts -update-docs rewrites what has no line left out. The document has, from here on:\n%s\nprinted:\n%s",
		c.line, strings.Join(want[at:], "\n"), printed)
	return c.output
}

// transcriptCommand is a line behind "$ ", with those that continue it, and what stands below.
type transcriptCommand struct{ line, output string }

func commandsOf(block string) (commands []transcriptCommand) {
	goesOn := false
	for line := range strings.Lines(block) {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case isCommand:
			commands = append(commands, transcriptCommand{line: strings.TrimSuffix(command, "\n")})
		case len(commands) == 0:
			return nil
		case goesOn:
			commands[len(commands)-1].line += "\n" + strings.TrimSuffix(line, "\n")
		default:
			commands[len(commands)-1].output += line
		}
		goesOn = (isCommand || goesOn) && strings.HasSuffix(line, "\\\n")
	}
	return commands
}

func linesOf(text string) []string {
	return strings.Split(strings.TrimRight(text, "\n"), "\n")
}

// transcriptShell is the environment of commands: proxy and gitlab-runner are in PATH, no setting of this machine is.
func transcriptShell(t *testing.T) []string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("NOT RUN: no sh")
	}
	bin := filepath.Dir(build(t))
	if err := os.Rename(filepath.Join(bin, "proxy.exe"), filepath.Join(bin, "proxy")); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	real := os.Getenv("GITLAB_RUNNER")
	if real == "" {
		real = self
	}
	wrapper := "#!/bin/sh\nexec env RUNNERTAPE_SCRIPTED_RUNNER=1 '" + real + "' \"$@\" >>\"${HOME:?}/gitlab-runner.log\" 2>&1\n"
	if err := os.WriteFile(filepath.Join(bin, "gitlab-runner"), []byte(wrapper), 0o755); err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH")
	env := slices.DeleteFunc(withoutSettings(), func(entry string) bool { return strings.HasPrefix(entry, "PATH=") })
	return append(env, path, "LC_ALL=C.UTF-8",
		"PROXY_LISTEN=127.0.0.1:0") // no transcript takes a port from another
}

// leftOut is a line of a transcript that stands for any number of lines.
const leftOut = "…"

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

// varying is what differs from run to run: times, durations, ports, the size of
// the recording, when a certificate ends; and from runner to runner: how much it
// wrote and asked in a replay.
var varying = []*regexp.Regexp{
	regexp.MustCompile(`\b\d\d:\d\d:\d\d\.\d{3}\b`),
	regexp.MustCompile(`\b[\d.]+m?s\b`),
	regexp.MustCompile(`127\.0\.0\.1:\d+`),
	regexp.MustCompile(`[\d.]+ [kM]B of recording|to \S+, [\d.]+ [kM]?B$`),
	regexp.MustCompile(`it ends on \d{4}-\d\d-\d\d`),
	regexp.MustCompile(`trace \d+ bytes|\d+ served, \d+ synthesised`),
}

// alike is a line without what varies, and then without what that does to the columns.
func alike(line string) string {
	varies := line
	for _, v := range varying {
		varies = v.ReplaceAllString(varies, "~")
	}
	if varies == line {
		return line
	}
	return strings.Join(strings.Fields(varies), " ")
}

// TestFollows proves that TestTranscripts can fail.
func TestFollows(t *testing.T) {
	got := []string{"a 10:00:00.000", "b", "c", "d"}
	tests := []struct {
		want string
		ok   bool
	}{
		{"a  11:11:11.111|b|c|d", true},
		{"a 10:00:00.000|…|d", true},
		{"a 10:00:00.000|…|b|c|d", true},
		{"…|c|…", true},
		{"a 10:00:00.000|b |c|d", false},
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

// What stands in a block is read as commands and their output.
func TestCommandsOf(t *testing.T) {
	got := commandsOf("$ a b\nx\ny\n$ c \\\n    d\nz\n$ e\n")
	want := []transcriptCommand{{"a b", "x\ny\n"}, {"c \\\n    d", "z\n"}, {"e", ""}}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := commandsOf("output\n$ a\n"); got != nil {
		t.Errorf("output before a command: %q", got)
	}
}
