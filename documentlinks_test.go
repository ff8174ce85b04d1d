package runnertape_test

import (
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	documentLink  = regexp.MustCompile(`\]\(([A-Za-z0-9_./-]*\.md)?#([^)]+)\)`)
	heading       = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	fencedBlock   = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	linkedHeading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// anchor is what GitHub and GitLab make of a heading.
func anchor(text string) string {
	text = linkedHeading.ReplaceAllString(text, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// Links into a document lead to a heading that it has.
func TestAnchorsExist(t *testing.T) {
	anchors := map[string]map[string]bool{}
	for _, name := range documents(t) {
		anchors[name] = map[string]bool{}
		for _, m := range heading.FindAllStringSubmatch(fencedBlock.ReplaceAllString(document(t, name), ""), -1) {
			anchors[name][anchor(m[1])] = true
		}
	}
	links := 0
	for _, name := range documents(t) {
		for _, m := range documentLink.FindAllStringSubmatch(document(t, name), -1) {
			links++
			to := name
			if m[1] != "" {
				to = path.Join(path.Dir(name), m[1])
			}
			if !anchors[to][m[2]] {
				t.Errorf("%s leads to %s#%s, which has no such heading", name, to, m[2])
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found", links)
	}
}

func TestAnchor(t *testing.T) {
	for text, want := range map[string]string{
		"9. What `decode` knows":                           "9-what-decode-knows",
		"`unregister_runner`, `unregister_runner_manager`": "unregister_runner-unregister_runner_manager",
		"A job that never ran":                             "a-job-that-never-ran",
		"[Faults](faults.md), and more":                    "faults-and-more",
	} {
		if got := anchor(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
