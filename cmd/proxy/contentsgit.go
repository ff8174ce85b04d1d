package main

import (
	"fmt"
	"strings"

	"runnertape/contents"
)

func (t *contentsText) git(g *contents.Git) {
	if g.Command != "" {
		t.line("command %s", g.Command)
	}
	if len(g.Capabilities) > 0 {
		t.line("capabilities %s", strings.Join(g.Capabilities, " "))
	}
	t.names(g.RefPrefixes, g.PrefixCount, "ref pattern", "asks for %s")
	t.names(g.Wants, g.WantCount, "object", "wants %s")
	if g.HaveCount > 0 {
		t.line("has %s", count(g.HaveCount, "object"))
	}
	if g.AckCount > 0 {
		t.line("has %s of those too", count(g.AckCount, "object"))
	}
	t.names(refLines(g.Refs), g.RefCount, "ref", "offers %s")
	t.names(updateLines(g.Updates), g.UpdateCount, "ref", "changes %s")
	if p := g.Pack; p != nil {
		agrees := "checksum agrees"
		if !p.Agrees {
			agrees = "checksum does not agree"
		}
		t.line("pack of %s, %s, %s", count(int64(p.Objects), "object"), byteSize(p.Bytes), agrees)
	}
	t.names(g.Report, int64(len(g.Report)), "line", "reports %s")
	for _, line := range g.Progress[max(0, len(g.Progress)-t.most):] {
		t.line("remote: %s", line)
	}
	if g.Error != "" {
		t.line("refused: %s", g.Error)
	}
	t.faults(g.Faults)
}

// names are a line that says how many there are, and the first of them.
func (t *contentsText) names(names []string, all int64, thing, says string) {
	if all == 0 {
		return
	}
	t.line(says, count(all, thing))
	shown := min(len(names), t.most)
	for _, name := range names[:shown] {
		t.line("  %s", name)
	}
	t.more(all - int64(shown))
}

func refLines(refs []contents.Ref) []string {
	var lines []string
	for _, r := range refs {
		s := r.ID + " " + r.Name
		if r.Target != "" {
			s += " → " + r.Target
		}
		if r.Peeled != "" {
			s += ", of commit " + r.Peeled
		}
		lines = append(lines, strings.TrimSpace(s))
	}
	return lines
}

func updateLines(updates []contents.Update) []string {
	var lines []string
	for _, u := range updates {
		lines = append(lines, fmt.Sprintf("%s from %s to %s", u.Name, u.Old, u.New))
	}
	return lines
}
