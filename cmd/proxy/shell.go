package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// shellWord is s as one word of a POSIX shell (Shell Command Language §2.2), on one line and with nothing in it that could
// drive a terminal. What is not printable is made by printf; a line end at the very end would be lost there.
func shellWord(s string) string {
	if isPrintable(s) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return `"$(printf ` + printfFormat(s) + `)"`
}

// printfFormat is a quoted format by which printf(1) writes s, whatever is in it.
func printfFormat(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for begins := true; len(s) > 0; begins = false {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '-' && begins: // or it would be an option
			b.WriteString(`\055`)
		case r == '!': // an interactive shell replaces it even here, if there are double quotes around
			b.WriteString(`\041`)
		case r == '\'':
			b.WriteString(`'\''`)
		case r == '%':
			b.WriteString("%%")
		case r == '\\':
			b.WriteString(`\\`)
		case r == utf8.RuneError || isControl(r):
			for _, c := range []byte(s[:size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	b.WriteByte('\'')
	return b.String()
}

// isPrintable tells whether s is UTF-8 without control characters.
func isPrintable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, isControl) < 0
}
