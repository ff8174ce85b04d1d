package usage

import (
	"io"
	"strings"
)

// Zsh writes completion for zsh: a file of $fpath named _PROGRAM, which may be sourced too.
func Zsh(w io.Writer, p *Program) error {
	e := &errWriter{w: w}
	fn := "_" + p.Name
	e.f("#compdef %s\n# zsh completion for %s, made by: %s completion zsh\n\n", p.Name, p.Name, p.Name)
	e.f("%s() {\n    local curcontext=$curcontext state line\n    typeset -A opt_args\n    local -a names\n    names=(\n", fn)
	for i := range p.Commands {
		e.f("        %s\n", zshQuote(p.Commands[i].Name+":"+p.Commands[i].Summary))
	}
	e.f("    )\n    _arguments -C \\\n")
	for i := range p.Flags {
		for _, spec := range zshFlag(&p.Flags[i]) {
			e.f("        %s \\\n", zshQuote(spec))
		}
	}
	e.f("        '1:command:->command' '*:: :->arguments' && return\n")
	e.f("    case $state in\n    command) _describe -t commands command names ;;\n    arguments)\n")
	e.f("        curcontext=${curcontext%%:*:*}:%s-$words[1]:\n        case $words[1] in\n", p.Name)
	for i := range p.Commands {
		zshCommand(e, &p.Commands[i])
	}
	e.f("        esac ;;\n    esac\n}\n\n")
	e.f("if [ \"$funcstack[1]\" = %s ]; then\n    %s \"$@\"\nelse\n    compdef %s %s\nfi\n", fn, fn, fn, p.Name)
	return e.err
}

func zshCommand(e *errWriter, c *Command) {
	e.f("        %s)\n", c.Name)
	indent := "            "
	if c.Runs {
		e.f("%s", zshBehind)
	}
	e.f("%s_arguments", indent)
	for i := range c.Flags {
		for _, spec := range zshFlag(&c.Flags[i]) {
			e.f(" \\\n%s    %s", indent, zshQuote(spec))
		}
	}
	if !c.Args.nothing() {
		e.f(" \\\n%s    %s", indent, zshQuote("*:argument:"+zshAction(c.Args)))
	}
	e.f(" ;;\n")
}

// zshBehind is for what stands behind --, which is a command line of its own.
const zshBehind = `            local -i at=${words[(i)--]}
            if (( at < CURRENT )); then
                shift $at words
                (( CURRENT -= at ))
                _normal
                return
            fi
`

// zshFlag are the specs of _arguments for a flag, one for each name. A flag that may be given
// once takes its other names away with it.
func zshFlag(f *Flag) []string {
	names := f.dashed()
	var specs []string
	for _, name := range names {
		spec := name
		if f.Value != "" && len(name) > 2 {
			spec += "=" // --flag=value and --flag value
		} else if f.Value != "" {
			spec += "+" // -f value and -fvalue
		}
		spec += "[" + zshEscape(f.gist()) + "]"
		if f.Value != "" {
			spec += ":" + zshEscape(f.Value) + ":" + zshAction(f.Takes)
		}
		switch {
		case f.Again:
			spec = "*" + spec
		case len(names) > 1:
			spec = "(" + strings.Join(names, " ") + ")" + spec
		}
		specs = append(specs, spec)
	}
	return specs
}

// zshAction is what _arguments does for a value.
func zshAction(v Values) string {
	var words, files string
	switch {
	case v.List:
		words = "_sequence compadd - " + strings.Join(v.Words, " ")
	case len(v.Words) > 0:
		words = "(" + strings.Join(v.Words, " ") + ")"
	}
	switch {
	case v.Files && len(v.Endings) > 0:
		files = `_files -g "*(` + strings.Join(v.Endings, "|") + `)"`
	case v.Files:
		files = "_files"
	case v.Folders:
		files = "_files -/"
	}
	switch {
	case words != "" && files != "":
		return `_alternative "words\:word\:` + words + `" "files\:file\:` + files + `"`
	case words+files == "":
		return " "
	}
	return words + files
}

// zshEscape keeps what _arguments takes for the end of a part.
func zshEscape(s string) string {
	return strings.NewReplacer(`\`, `\\`, ":", `\:`, "[", `\[`, "]", `\]`).Replace(s)
}

// zshQuote makes one word of s.
func zshQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
