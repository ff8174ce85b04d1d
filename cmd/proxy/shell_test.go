package main

import (
	"os/exec"
	"strings"
	"testing"
)

// A shell makes of a word what went in. No argument has a NUL in it.
func TestShellWord(t *testing.T) {
	for _, text := range []string{
		"", "plain", "it's", `"double" \back $HOME $(id) ` + "`id`", "-n", "100%s", "tab\tand\x1b[31m", "two\nlines", "\xff\xfe", "\u202eetirw", "'", "é 漢", "-v\ttab", "-\x01", "!!\x01",
		"!history #comment ~ * ? [a] {b} ; & | < >",
	} {
		word := shellWord(text)
		if strings.IndexFunc(word, isControl) >= 0 {
			t.Errorf("%q: %q has a control character", text, word)
		}
		out, err := exec.Command("sh", "-c", "printf %s "+word).Output()
		if err != nil || string(out) != text {
			t.Errorf("%s became %q: %v", word, out, err)
		}
	}
}
