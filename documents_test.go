package runnertape_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	flagName    = regexp.MustCompile(`\s(--?[a-z][a-z-]*)`)
	helpFlag    = regexp.MustCompile(`(?m)^   (--[a-z-]+)(?:(?: [A-Z=:]+)?, (-[a-z]))?`)
	helpCommand = regexp.MustCompile(`(?m)^   ([a-z]+)(?:, [a-z]+)* {2,}`)
)

// flagsOf are the flags of each command of proxy, as its help has them.
func flagsOf(t *testing.T, bin string) map[string][]string {
	t.Helper()
	_, commands, found := strings.Cut(string(outputOf(t, bin, "--help")), "\nCOMMANDS:\n")
	commands, _, end := strings.Cut(commands, "\n\n")
	if !found || !end {
		t.Fatal("proxy --help has no commands")
	}
	flags := map[string][]string{"": {"--help", "-h", "--version", "-v"}}
	for _, m := range helpCommand.FindAllStringSubmatch(commands, -1) {
		for _, f := range helpFlag.FindAllStringSubmatch(string(outputOf(t, bin, m[1], "--help")), -1) {
			flags[m[1]] = append(flags[m[1]], f[1:]...)
		}
		if !slices.Contains(flags[m[1]], "--help") {
			t.Fatalf("the flags of proxy %s could not be read: %q", m[1], flags[m[1]])
		}
	}
	return flags
}

// theirs are flags in the documents that are not proxy's: those of gitlab-runner register and run-single, curl, mitmproxy,
// git, podman and docker.
var theirs = strings.Fields(`--tls-ca-file --url --token --executor --shell --builds-dir --max-builds --wait-timeout
	--non-interactive --config --custom-run-exec --cache-dir --cacert --inject-secrets --push-option
	--rm --build-arg --userns --user`)

// Flags in the documents are flags of proxy, or of those named above. docs/protocol.md is about the runner.
func TestFlagsExist(t *testing.T) {
	flag := regexp.MustCompile(`--[a-z][a-z-]+`)
	ours := slices.Concat(theirs)
	for _, flags := range flagsOf(t, build(t)) {
		ours = append(ours, flags...)
	}
	for _, name := range documents(t) {
		if name == "docs/protocol.md" {
			continue
		}
		for _, f := range flag.FindAllString(document(t, name), -1) {
			if !slices.Contains(ours, f) {
				t.Errorf("%s names %s, which proxy does not have", name, f)
			}
		}
	}
}

// A command in a document is one of proxy's, with flags that this command has.
func TestCommandsExist(t *testing.T) {
	flags := flagsOf(t, build(t))
	seen := 0
	for _, name := range documents(t) {
		for _, line := range codeOf(document(t, name)) {
			for _, call := range callsOf(line) {
				seen++
				known, ok := flags[call.command]
				if !ok {
					t.Errorf("%s has a command %q that proxy does not have: %s", name, call.command, line)
				}
				for _, f := range call.flags {
					if ok && !slices.Contains(known, f) {
						t.Errorf("%s: proxy %s has no %s: %s", name, call.command, f, line)
					}
				}
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d calls of proxy were found", seen)
	}
}

// The README names every command.
func TestReadmeHasCommands(t *testing.T) {
	readme := document(t, "README.md")
	for command := range flagsOf(t, build(t)) {
		if command != "" && !strings.Contains(readme, "`"+command+"`") && !strings.Contains(readme, "`proxy "+command+"`") {
			t.Errorf("proxy %s is not in the README", command)
		}
	}
}

// codeOf are the lines of a document that are code: those of fenced blocks, continued ones as one, and what
// stands between backticks.
func codeOf(text string) []string {
	var lines []string
	fence := regexp.MustCompile("(?ms)^ *```(sh|console|yaml|ini|dockerfile)\n(.*?)^ *```$")
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(strings.ReplaceAll(block[2], "\\\n", " ")) {
			command, isCommand := strings.CutPrefix(line, "$ ")
			if block[1] != "console" || isCommand {
				lines = append(lines, command)
			}
		}
	}
	text = regexp.MustCompile("(?ms)^ *```.*?^ *```$").ReplaceAllString(text, "")
	for _, span := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(text, -1) {
		lines = append(lines, span[1])
	}
	return lines
}

// call is one call of proxy.
type call struct {
	command string
	flags   []string
}

var (
	comment  = regexp.MustCompile(`(^|\s)#.*`)
	inQuotes = regexp.MustCompile(`'[^']*'|"[^"]*"`)
	proxyRun = regexp.MustCompile(`(?:^|[\s(]|/bin/|go run \./cmd/)proxy((?: [^|;&]*)?)`)
)

// callsOf finds the calls of proxy in a line. What stands behind a lone "--" is for another program, and in
// quotes is a value; a command in capitals stands for any.
func callsOf(line string) (calls []call) {
	for _, m := range proxyRun.FindAllStringSubmatch(inQuotes.ReplaceAllString(comment.ReplaceAllString(line, ""), "…"), -1) {
		words, _, _ := strings.Cut(m[1]+" ", " -- ")
		var c call
		if fields := strings.Fields(words); len(fields) > 0 && !strings.HasPrefix(fields[0], "-") {
			c.command = fields[0]
		}
		if c.command != "" && c.command == strings.ToUpper(c.command) && c.command != strings.ToLower(c.command) {
			continue
		}
		for _, f := range flagName.FindAllStringSubmatch(words, -1) {
			c.flags = append(c.flags, f[1])
		}
		calls = append(calls, c)
	}
	return calls
}

// TestCallsOf proves that TestCommandsExist can fail.
func TestCallsOf(t *testing.T) {
	tests := map[string]string{
		"proxy dump --errors -v   # what failed, --not a flag": "dump --errors -v",
		"go run ./cmd/proxy demo":                              "demo",
		"proxy replay --strict x.db -- gitlab-runner --url u":  "replay --strict",
		"proxy jobs | sort -u; proxy check -o x":               "jobs|check -o",
		"(proxy --help)":                                       " --help",
		"proxy COMMAND --flag":                                 "",
		"proxy mint --script 'ls -l' -o x":                     "mint --script -o",
		"ExecStart=/usr/local/bin/proxy record --sync":         "record --sync",
		"go build -o bin/proxy ./cmd/proxy":                    "",
	}
	for line, want := range tests {
		var got []string
		for _, c := range callsOf(line) {
			got = append(got, strings.Join(append([]string{c.command}, c.flags...), " "))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// Files that the documents name are there.
func TestFilesExist(t *testing.T) {
	file := regexp.MustCompile("[`(]([A-Za-z_.]+(?:/[A-Za-z_.]+)*\\.(?:go|md))[`)]|\\]\\(([A-Za-z_./]+)\\)")
	for _, name := range documents(t) {
		if name == "docs/protocol.md" { // which names those of others
			continue
		}
		for _, m := range file.FindAllStringSubmatch(document(t, name), -1) {
			file := filepath.FromSlash(m[1] + m[2])
			_, err := os.Stat(file)
			if _, beside := os.Stat(filepath.Join(filepath.Dir(name), file)); err != nil && beside != nil {
				t.Errorf("%s names %s: %v", name, file, err)
			}
		}
	}
}
