package usage

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample has one of everything that may be taken.
var sample = &Program{
	Name: "tape", Summary: "a sample",
	Flags: []Flag{{Names: []string{"version", "v"}, Summary: "print the version"}},
	Commands: []Command{
		{
			Name: "record", Summary: "keep what's said: all [of it]", Synopsis: "[RECORDING]",
			Description: "One.\n\n.Two \\ 'three' ~/x\n\nA much longer paragraph, which has to be cut into lines because no tool for patches takes it as it is: … and so on.",
			Args:        Values{Files: true, Endings: []string{".db", ".txtar"}},
			Flags: []Flag{
				{Names: []string{"upstream"}, Value: "URL", Summary: "whom to ask, it's an URL: [any]; and more", Env: []string{"TAPE_UPSTREAM"}},
				{Names: []string{"opaque"}, Value: "MODE", Summary: "what becomes of it", Default: "keep", Takes: Values{Words: []string{"keep", "hash", "drop"}}},
				{Names: []string{"ca-dir"}, Value: "DIR", Summary: "a folder", Takes: Values{Folders: true}},
				{Names: []string{"keep-secrets"}, Summary: "as they are"},
			},
		},
		{
			Name: "replay", Summary: "play it", Synopsis: "[RECORDING] [-- COMMAND…]", Args: Values{Files: true, Endings: []string{".db"}}, Runs: true,
			Flags: []Flag{
				{Names: []string{"faults"}, Value: "FILE", Summary: "what goes wrong", Again: true, Takes: Values{Words: []string{"lost", "slow-network"}, Files: true}},
				{Names: []string{"endpoint"}, Value: "NAME", Summary: "which", Again: true, Takes: Values{Words: []string{"git", "request_job", "update_job"}, List: true}},
				{Names: []string{"output", "o"}, Value: "FILE", Summary: "where to", Takes: Values{Files: true}, Category: "More"},
			},
		},
		{Name: "completion", Summary: "this", Synopsis: "bash|zsh|fish", Args: Values{Words: []string{"bash", "zsh", "fish"}}},
	},
}

// completions are command lines, and what each shell has for the last word of them.
var completions = []struct {
	line string
	want string // words with blanks between; of bash and fish all there are, but for flags
	not  string // a word that must not be there
}{
	{"tape re", "record replay", "completion"},
	{"tape --v", "--version", "record"},
	{"tape record --", "--upstream --opaque --ca-dir --keep-secrets", "--faults"},
	{"tape record --opaque ", "keep hash drop", "a.db"},
	{"tape record --opaque h", "hash", "keep"},
	{"tape record --opaque=d", "drop", "keep"},
	{"tape record --upstream ", "", "a.db"},
	{"tape record --ca-dir ", "folder/", "a.db"},
	{"tape record ", "a.db b.txtar folder/", "c.txt"},
	{"tape record --keep-secrets a", "a.db", "b.txtar"},
	{"tape record folder/", "folder/d.db", "folder/e.txt"},
	{"tape replay --faults s", "slow-network", "lost"},
	{"tape replay --faults c", "c.txt", "a.db"},
	{"tape replay -o c", "c.txt", "a.db"},
	{"tape replay --endpoint up", "update_job", "git"},
	{"tape replay --endpoint git,re", "git,request_job", "git,git"},
	{"tape replay a.db -- tap", "tape-runner", "a.db"},
	{"tape completion ", "bash zsh fish", "a.db"},
}

func TestBash(t *testing.T) {
	bash := shell(t, "bash")
	for _, test := range completions {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			check(t, test.want, test.not, run(t, bash, Bash, "-c", bashDriver, test.line))
		})
	}
}

// bashDriver calls the function as readline does, which takes = for a word.
const bashDriver = `
source ./script
line=$0
read -ra COMP_WORDS <<<"${line//=/ = }"
case $line in *[\ =]) COMP_WORDS+=("") ;; esac
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_tape
for answer in "${COMPREPLY[@]}"; do
    if [ -d "$answer" ]; then answer=$answer/; fi # as -o filenames does
    printf '%s\n' "$answer"
done
`

func TestFish(t *testing.T) {
	fish := shell(t, "fish")
	for _, test := range completions {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			got := run(t, fish, Fish, "-c", "source ./script; complete -C $argv[1]", test.line)
			for i := range got { // a tab and the description
				got[i], _, _ = strings.Cut(got[i], "\t")
			}
			if strings.HasPrefix(test.line, "tape record ") || strings.HasSuffix(test.line, "=d") { // other files come behind, by __fish_complete_suffix
				test.not = ""
			}
			check(t, test.want, test.not, values(got))
		})
	}
}

func TestZsh(t *testing.T) {
	zsh := shell(t, "zsh")
	for _, test := range completions {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			check(t, test.want, test.not, values(run(t, zsh, Zsh, "-f", "-c", zshDriver, test.line)))
		})
	}
}

// zshDriver types the line into a zsh on a terminal of its own.
const zshDriver = `
zmodload zsh/zpty
ZDOTDIR=$PWD zpty shell zsh -i
zpty -r shell line '*ready>'
zpty -n -w shell $0$'\t'
marks=0
while zpty -r shell line; do
  [[ $line == *'<<mark>>'* ]] && { (( ++marks == 2 )) && break; continue; }
  (( marks == 1 )) && print -r -- ${line%%$'\r'*}
done
zpty -d shell
`

// zshrc makes compadd print what it is given, between two marks.
const zshrc = `
PROMPT='ready>'
autoload -U compinit && compinit -u -D
source ./script
bindkey '^I' complete-word
mark() { print -r -- '<<mark>>' }
compprefuncs=(mark)
comppostfuncs=(mark exit)
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits front mid
  builtin compadd -A hits "$@"
  zparseopts -E P:=front p:=mid
  local hit
  for hit in $hits; do
    [[ -d $mid[2]$hit ]] && hit=$hit/
    print -r -- $IPREFIX$front[2]$mid[2]$hit
  done
  builtin compadd "$@"
}
`

// patience is how long a shell may think.
const patience = 30 * time.Second

// shell is where a shell is. Without it the test is not run.
func shell(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("NOT RUN: there is no %s here", name)
	}
	return path
}

// run has a shell complete in a folder with files, and returns its lines.
func run(t *testing.T, shell string, write func(io.Writer, *Program) error, args ...string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.db", "b.txtar", "c.txt", "folder/d.db", "folder/e.txt", "bin/tape-runner"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var script strings.Builder
	if err := write(&script, sample); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "script"), []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".zshrc"), []byte(zshrc), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, shell, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + dir, "TERM=dumb", "LC_ALL=C.UTF-8"}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v\n%s\nin\n%s", err, complaints.String(), script.String())
	}
	return strings.Fields(string(out))
}

// values are words without the flag before a =, which bash leaves out.
func values(words []string) []string {
	var out []string
	for _, word := range words {
		if _, value, ok := strings.Cut(word, "="); ok {
			word = value
		}
		out = append(out, word)
	}
	return out
}

// check wants words among those that a shell has.
func check(t *testing.T, want, not string, got []string) {
	t.Helper()
	for _, word := range strings.Fields(want) {
		if !slices.Contains(got, word) {
			t.Errorf("no %s in %q", word, got)
		}
	}
	if want == "" && len(got) > 0 {
		t.Errorf("%q, want nothing", got)
	}
	if not != "" && slices.Contains(got, not) {
		t.Errorf("%s in %q", not, got)
	}
}
