package main

import "strings"

// wrapped are the words of s in lines of at most width columns; a longer word has a line of its own.
func wrapped(s string, width int) []string {
	var lines []string
	at := 0 // columns of the last line
	for _, word := range strings.Fields(s) {
		n := textWidth(word)
		if len(lines) == 0 || at+1+n > width {
			lines, at = append(lines, word), n
			continue
		}
		lines[len(lines)-1] += " " + word
		at += 1 + n
	}
	return lines
}

// padded is s and blanks, or blanks and s, in width columns.
func padded(s string, width int, right bool) string {
	blanks := strings.Repeat(" ", max(0, width-textWidth(s)))
	if right {
		return blanks + s
	}
	return s + blanks
}
