package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"runnertape/usage"
)

// flagWords is by the names of flags: each is one that takes a value.
func TestFlagWords(t *testing.T) {
	words := flagWords()
	for _, c := range usageOf(new(process).app()).Commands {
		for _, f := range c.Flags {
			if f.Value != "" {
				delete(words, f.Names[0])
			}
		}
	}
	for name := range words {
		t.Errorf("no command has a flag --%s with a value", name)
	}
}

// The words in a command's help say what its arguments may be.
func TestArgValues(t *testing.T) {
	for _, c := range usageOf(new(process).app()).Commands {
		if strings.Contains(c.Synopsis, "RECORDING") && !c.Args.Files {
			t.Errorf("%s takes a recording, and completes no files", c.Name)
		}
		switch c.Name {
		case "replay":
			if !c.Runs || !slices.Contains(c.Args.Endings, ".txtar") {
				t.Errorf("replay: %+v", c)
			}
		case "import":
			if len(c.Args.Endings) > 0 {
				t.Errorf("import takes any file, not only %q", c.Args.Endings)
			}
		case "faults":
			if !c.Args.Files || !slices.Contains(c.Args.Words, "trace-answer-lost") {
				t.Errorf("faults: %+v", c.Args)
			}
		case "completion":
			if !slices.Equal(c.Args.Words, shellNames()) {
				t.Errorf("completion: %+v", c.Args)
			}
		}
	}
}

// Every command and flag is on the manual page, and in a line of each script for a shell.
func TestUsageIsWhole(t *testing.T) {
	app := new(process).app()
	plain := strings.NewReplacer(`\-`, "-", `\fB`, "", `\fR`, "", `\fI`, "")
	var page strings.Builder
	if err := usage.Man(&page, manual(app)); err != nil {
		t.Fatal(err)
	}
	man := plain.Replace(page.String())
	for _, c := range app.Commands {
		_, part, found := strings.Cut(man, "\n.SS \""+strings.TrimSpace(c.Name+" "))
		if !found {
			t.Errorf("%s is not on the manual page", c.Name)
		}
		part, _, _ = strings.Cut(part, "\n.SS ")
		for _, f := range usageFlags(withHelp(c.Flags)) {
			var names []string
			for _, name := range f.Names {
				names = append(names, usage.Dashed(name))
			}
			if head := strings.TrimSpace(strings.Join(names, ", ") + " " + f.Value); !strings.Contains(part, "\n.TP\n"+strings.ReplaceAll(head, "…", `\[u2026]`)+"\n") {
				t.Errorf("%s %s is not on the manual page:\n%s", c.Name, head, part)
			}
		}
	}
	if home := configDir(); strings.Contains(man, home) {
		t.Errorf("the page tells of this machine: %s", home)
	}
}

// What bash completes behind - are the flags of each command.
func TestBashKnowsEveryFlag(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("NOT RUN: there is no bash here")
	}
	program := usageOf(new(process).app())
	var script strings.Builder
	if err := usage.Bash(&script, program); err != nil {
		t.Fatal(err)
	}
	script.WriteString("ask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _proxy; echo \"${COMPREPLY[*]}\"; }\nask proxy ''\n")
	var want []string
	for _, c := range program.Commands {
		script.WriteString("ask proxy " + c.Name + " -\n")
		want = append(want, c.Name)
	}
	want = []string{strings.Join(append(want, flagNames(program.Flags)...), " ")}
	for _, c := range program.Commands {
		want = append(want, strings.Join(flagNames(c.Flags), " "))
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-s")
	cmd.Stdin = strings.NewReader(script.String())
	out, err := cmd.CombinedOutput()
	if got := strings.Split(strings.TrimSpace(string(out)), "\n"); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v; got\n%s\nwant\n%s", err, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func flagNames(flags []usage.Flag) []string {
	var names []string
	for _, f := range flags {
		for _, name := range f.Names {
			names = append(names, usage.Dashed(name))
		}
	}
	return names
}
