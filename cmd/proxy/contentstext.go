package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"runnertape"
	"runnertape/contents"
)

// shownEntries is how many files, refs and such are shown in text of one list, but with --full.
const shownEntries = 10

// writeContents writes what bodies hold as some lines, each with indent before it.
func writeContents(w io.Writer, indent string, all []*jsonContents) error {
	return writeContentsUpTo(w, shownEntries, indent, all)
}

// writeContentsUpTo is writeContents with the first most of each list.
func writeContentsUpTo(w io.Writer, most int, indent string, all []*jsonContents) error {
	t := &contentsText{indent: indent, most: most}
	for _, c := range all {
		for _, p := range c.Parts {
			t.part(p)
		}
		t.more(c.MoreParts)
		if c.Archive != nil {
			t.archive(c.Archive)
		}
		if c.Git != nil {
			t.git(c.Git)
		}
		t.faults(c.Faults)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// holdsSign is that of lines about what a body holds.
const holdsSign = "* "

// decodedBytes of git's requests are decoded as they are recorded.
const decodedBytes = 4 << 10

// contents are the lines of writeContents, below the message of x.
func (t *teller) contents(x *runnertape.Exchange) error {
	all, err := contentsOf(t.d.src, x)
	if err != nil {
		return err
	}
	most := shownEntries
	if t.full {
		most = math.MaxInt
	}
	for _, c := range all {
		if c.Git != nil && c.Side == runnertape.RequestSide && x.Request.Body.Bytes <= decodedBytes {
			continue // the message has it
		}
		t.say(holdsSign, bold, "in the "+c.Side.String()+" body")
		var b strings.Builder
		if err := writeContentsUpTo(&b, most, "  ", []*jsonContents{c}); err != nil {
			return err
		}
		for line := range strings.Lines(b.String()) {
			t.say(holdsSign, "", strings.TrimSuffix(line, "\n"))
		}
	}
	return nil
}

// contentsText gathers lines. What comes from a body passes printable.
type contentsText struct {
	indent string
	most   int // of a list that is shown
	b      strings.Builder
}

func (t *contentsText) line(format string, args ...any) {
	t.b.WriteString(t.indent + printable(fmt.Sprintf(format, args...)) + "\n")
}

func (t *contentsText) faults(faults []string) {
	for _, f := range faults {
		t.line("! %s", f)
	}
}

func (t *contentsText) more(n int64) {
	if n > 0 {
		t.line("  … and %d more", n)
	}
}

func (t *contentsText) part(p contents.Part) {
	s := fmt.Sprintf("part %q, file %q", p.Name, p.Filename)
	if p.ContentType != "" {
		s += ", " + p.ContentType
	}
	s += ", " + byteSize(p.Bytes)
	if p.BrokenOff {
		s += ", broken off"
	}
	if sum := p.SHA256.String(); sum != "" {
		s += ", sha256 " + sum
	}
	t.line("%s", s)
}

func (t *contentsText) archive(a *contents.Archive) {
	switch a.Format {
	case contents.Raw:
		t.line("one file as it is, %s", byteSize(a.Bytes))
	case contents.Gzip:
		t.line("gzip of %s, %s unpacked", count(a.Count, "member"), byteSize(a.Unpacked))
	default:
		t.line("%s of %s, %s unpacked", a.Format, count(a.Count, "file"), byteSize(a.Unpacked))
	}
	if a.Comment != "" {
		t.line("comment %q", a.Comment)
	}
	for _, e := range a.Entries[:min(len(a.Entries), t.most)] {
		name := e.Name
		if name == "" {
			name = "(no name)"
		}
		if e.Link != "" {
			name += " → " + e.Link
		}
		modified := ""
		if !e.Modified.IsZero() {
			modified = e.Modified.Format("2006-01-02 15:04:05")
		}
		t.line("  %-10s %8s  %-19s  %s", e.Mode, byteSize(e.Bytes), modified, name)
	}
	t.more(a.Count - int64(min(len(a.Entries), t.most)))
	t.faults(a.Faults)
}

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
