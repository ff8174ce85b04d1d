package redact

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf16"
)

// This file has the encodings of programs that quote otherwise than Go does.

var (
	// bash: printf %q; declare -p and export -p; and $'…', which is Python's repr too.
	backslashed  = strings.NewReplacer(backslashes(" !\"$&'()*,;<>?[\\]^`{|}")...)
	doubleQuoted = strings.NewReplacer(backslashes("\"$\\`")...)
	singleQuoted = strings.NewReplacer(append(backslashes(`'\`), "\n", `\n`, "\r", `\r`, "\t", `\t`)...)
	// YAML, SQL and PowerShell.
	twice = strings.NewReplacer("'", "''")
	// Python's html.escape.
	pythonEscape = strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;")
)

var quotings = []func(string) string{
	backslashed.Replace,
	doubleQuoted.Replace,
	singleQuoted.Replace,
	twice.Replace,
	func(s string) string { return pythonEscape.Replace(html.EscapeString(s)) },
	// JSON of Python, PHP and .NET, which escape what is not ASCII, and JSON of Python in JSON.
	func(s string) string { return jsonASCII(jsonPlain(s), `\u%04x`) },
	func(s string) string { return jsonPlain(jsonASCII(jsonPlain(s), `\u%04x`)) },
	func(s string) string { return strings.ReplaceAll(jsonASCII(jsonPlain(s), `\u%04x`), "/", `\/`) },
	func(s string) string { return jsonASCII(jsonPlain(s), `\u%04X`) },
}

// backslashes are the replacements that put a backslash before each character of s.
func backslashes(s string) (pairs []string) {
	for _, c := range s {
		pairs = append(pairs, string(c), `\`+string(c))
	}
	return pairs
}

// jsonASCII escapes in a string of JSON what is not ASCII.
func jsonASCII(s, format string) string {
	var b strings.Builder
	for _, c := range s {
		if c < 0x80 {
			b.WriteRune(c)
			continue
		}
		for _, unit := range utf16.Encode([]rune{c}) {
			fmt.Fprintf(&b, format, unit)
		}
	}
	return b.String()
}
