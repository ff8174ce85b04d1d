package usage

import (
	"io"
	"strings"
)

// Fish writes completion for fish.
func Fish(w io.Writer, p *Program) error {
	e := &errWriter{w: w}
	e.f("# fish completion for %s, made by: %s completion fish\n\n", p.Name, p.Name)
	e.f(fishHelpers, p.Name)
	e.f("complete -c %s -f\n", p.Name)
	bare := "-n __" + p.Name + "_bare"
	for i := range p.Flags {
		fishFlag(e, p.Name, bare, &p.Flags[i])
	}
	for i := range p.Commands {
		e.f("complete -c %s %s -a %s -d %s\n", p.Name, bare, p.Commands[i].Name, fishQuote(p.Commands[i].Summary))
	}
	for i := range p.Commands {
		c := &p.Commands[i]
		e.f("\n# %s %s\n", p.Name, c.Name)
		in := "-n '__" + p.Name + "_in " + c.Name + "'"
		for j := range c.Flags {
			fishFlag(e, p.Name, in, &c.Flags[j])
		}
		if !c.Args.nothing() {
			e.f("complete -c %s %s -a %s\n", p.Name, in, fishQuote(fishValues(p.Name, c.Args)))
		}
		if c.Runs {
			e.f("complete -c %s -n '__%s_behind %s' -a '(__%s_other)'\n", p.Name, p.Name, c.Name, p.Name)
		}
	}
	return e.err
}

// fishHelpers tell where the word being typed stands: where a command does, in the line of one,
// or behind a --.
const fishHelpers = `function __%[1]s_bare
    test (count (commandline -opc)) -eq 1
end

function __%[1]s_in
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]; and not contains -- -- $words
end

function __%[1]s_behind
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]; and contains -- -- $words
end

function __%[1]s_other
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    set -e words[1..$at]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

function __%[1]s_list
    set -l before (string match -r '^.*,' -- (commandline -ct | string replace -r '^--[^=]*=' ''))
    printf '%%s\n' "$before"$argv
end

`

func fishFlag(e *errWriter, program, condition string, f *Flag) {
	e.f("complete -c %s %s", program, condition)
	for _, name := range f.Names {
		if len(name) == 1 {
			e.f(" -s %s", name)
		} else {
			e.f(" -l %s", name)
		}
	}
	if f.Value != "" {
		e.f(" -x")
		if values := fishValues(program, f.Takes); values != "" {
			e.f(" -a %s", fishQuote(values))
		}
	}
	e.f(" -d %s\n", fishQuote(f.gist()))
}

// fishValues is what fish evaluates to get the values: its words are quoted by nobody.
func fishValues(program string, v Values) string {
	var parts []string
	switch {
	case v.List:
		parts = append(parts, "(__"+program+"_list "+strings.Join(v.Words, " ")+")")
	case len(v.Words) > 0:
		parts = append(parts, strings.Join(v.Words, " "))
	}
	switch {
	case v.Files && len(v.Endings) > 0:
		for _, ending := range v.Endings {
			parts = append(parts, "(__fish_complete_suffix "+ending+")")
		}
	case v.Files:
		parts = append(parts, "(__fish_complete_path (commandline -ct))")
	case v.Folders:
		parts = append(parts, "(__fish_complete_directories (commandline -ct) '')")
	}
	return strings.Join(parts, " ")
}

// fishQuote makes one word of s.
func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}
