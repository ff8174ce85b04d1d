package usage

import (
	"io"
	"strings"
)

// Bash writes completion for bash. It needs no bash-completion, and works with the bash 3.2 of macOS,
// which does not quote blanks in names of files.
func Bash(w io.Writer, p *Program) error {
	e := &errWriter{w: w}
	fn := "_" + p.Name
	e.f("# bash completion for %s, made by: %s completion bash\n\n", p.Name, p.Name)
	e.f(bashHelpers, fn)
	e.f("%s() {\n", fn)
	e.f("%s", bashStart)
	var names []string
	for i := range p.Commands {
		names = append(names, p.Commands[i].Name)
	}
	for i := range p.Flags {
		names = append(names, p.Flags[i].dashed()...)
	}
	e.f("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        %s_words %s\n        return\n    fi\n", fn, bashQuote(strings.Join(names, " ")))
	e.f("    case $command in\n")
	for i := range p.Commands {
		bashCommand(e, fn, &p.Commands[i])
	}
	e.f("    esac\n}\n\ncomplete -F %s %s\n", fn, p.Name)
	return e.err
}

// bashHelpers are functions that answer with what begins like $cur. A file is answered whole, and so
// is the part of a list that stands before its last comma.
const bashHelpers = `%[1]s_words() {
    local word
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(compgen -P "$2" -W "$1" -- "${cur#"$2"}")
}

%[1]s_list() {
    case $cur in
    *,*) %[1]s_words "$1" "${cur%%,*}," ;;
    *) %[1]s_words "$1" ;;
    esac
    compopt -o nospace 2>/dev/null # a comma may follow
}

%[1]s_files() { # compgen's arguments, for each kind
    local word
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(
        for kind in "$@"; do
            case $kind in
            -*) compgen "$kind" -- "$cur" ;;
            *) compgen -f -X "!*$kind" -- "$cur" ;;
            esac
        done | sort -u
    )
}

`

// bashStart finds the flag whose value is being typed. Readline takes = for a word of its own.
const bashStart = `    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} i
    COMPREPLY=()
    if [ "$cur" = = ]; then
        cur=
    elif [ "$previous" = = ]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $cur in [\"\']*) cur=${cur#?} ;; esac
`

func bashCommand(e *errWriter, fn string, c *Command) {
	e.f("    %s)\n", c.Name)
	if c.Runs {
		e.f("        for ((i = 2; i < COMP_CWORD; i++)); do\n            if [ \"${COMP_WORDS[i]}\" = -- ]; then\n")
		e.f("                if [ $((i + 1)) -eq \"$COMP_CWORD\" ]; then %s_files -c; else %s_files -f; fi\n                return\n            fi\n        done\n", fn, fn)
	}
	var names []string
	var groups []bashGroup
	for i := range c.Flags {
		f := &c.Flags[i]
		names = append(names, f.dashed()...)
		if f.Value == "" {
			continue
		}
		at := 0
		for at < len(groups) && !groups[at].takes.equal(f.Takes) {
			at++
		}
		if at == len(groups) {
			groups = append(groups, bashGroup{takes: f.Takes})
		}
		groups[at].names = append(groups[at].names, f.dashed()...)
	}
	if len(groups) > 0 {
		e.f("        case $previous in\n")
		for _, g := range groups {
			e.f("        %s)\n", strings.Join(g.names, " | "))
			bashValues(e, fn, g.takes, "            ")
			e.f("            return ;;\n")
		}
		e.f("        esac\n")
	}
	e.f("        case $cur in\n        -*) %s_words %s ;;\n        *)\n", fn, bashQuote(strings.Join(names, " ")))
	bashValues(e, fn, c.Args, "            ")
	e.f("            ;;\n        esac\n        ;;\n")
}

// bashGroup are flags that take the same.
type bashGroup struct {
	names []string
	takes Values
}

func bashValues(e *errWriter, fn string, v Values, indent string) {
	if len(v.Words) > 0 {
		what := "words"
		if v.List {
			what = "list"
		}
		e.f("%s%s_%s %s\n", indent, fn, what, bashQuote(strings.Join(v.Words, " ")))
	}
	switch {
	case v.Files && len(v.Endings) > 0:
		e.f("%s%s_files %s -d\n", indent, fn, strings.Join(v.Endings, " "))
	case v.Files:
		e.f("%s%s_files -f\n", indent, fn)
	case v.Folders:
		e.f("%s%s_files -d\n", indent, fn)
	case len(v.Words) == 0:
		e.f("%s:\n", indent)
	}
}

// bashQuote makes one word of s.
func bashQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
