package main

import (
	"strings"

	"runnertape"
)

// readPaths takes patterns of the path, or, if they have :// in them, of the whole URL with its query.
func (f *filter) readPaths(globs []string) error {
	for _, glob := range globs {
		if glob == "" {
			return usagef("--path: the pattern is empty")
		}
	}
	if len(globs) > 0 {
		f.tests = append(f.tests, func(x *runnertape.Exchange) bool {
			for _, glob := range globs {
				text := x.Request.Path()
				if strings.Contains(glob, "://") {
					text = x.URL()
				}
				if matches(glob, text) {
					return true
				}
			}
			return false
		})
	}
	return nil
}

// matches tells whether the whole of text is like glob: * is any number of characters, of slashes too, and ? is
// one. It takes time by the product of both lengths at most.
func matches(glob, text string) bool {
	g, t := 0, 0
	star, from := -1, 0 // the last * and what was tried to follow it
	for t < len(text) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, from = g, t
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == text[t]):
			g, t = g+1, t+1
		case star >= 0:
			from++
			g, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(glob[g:], "*") == ""
}
