package usage

import (
	"fmt"
	"strings"
)

// plain keeps characters what they are: troff would print typographic ones for those of ASCII, which
// then could not be copied to a shell.
var plain = strings.NewReplacer(`\`, `\(rs`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)

// roffWord is s without what troff reads otherwise. It is ASCII: not every troff takes UTF-8.
func roffWord(s string) string {
	var b strings.Builder
	for _, r := range plain.Replace(s) {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}

// roff is text for lines of their own, of a width that tools for patches take.
func roff(s string) string {
	var lines []string
	at := roffColumns // of the last line
	for word := range strings.FieldsSeq(s) {
		word = roffWord(word)
		if at+1+len(word) > roffColumns {
			if word[0] == '.' { // it would be a request; a ' was replaced
				word = `\&` + word
			}
			lines, at = append(lines, word), len(word)
			continue
		}
		lines[len(lines)-1] += " " + word
		at += 1 + len(word)
	}
	return strings.Join(lines, "\n")
}

const roffColumns = 78

// roffArg is text as one argument of a macro.
func roffArg(s string) string { return `"` + strings.ReplaceAll(roffWord(s), `"`, `\(dq`) + `"` }

func roffs(all []string) []string {
	var out []string
	for _, s := range all {
		out = append(out, roff(s))
	}
	return out
}
