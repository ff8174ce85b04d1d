package main

import (
	"fmt"
	"io"
	"strings"

	"runnertape/contents"
)

// shownEntries is how many files, refs and such are shown in text of one list; --json has more.
const shownEntries = 10

// writeContents writes what bodies hold as some lines, each with indent before it.
func writeContents(w io.Writer, indent string, all []*jsonContents) error {
	t := &contentsText{indent: indent}
	for _, c := range all {
		for _, p := range c.Parts {
			t.part(p)
		}
		t.more(c.MoreParts, "part")
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

// contentsText gathers lines. What comes from a body passes printable.
type contentsText struct {
	indent string
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

func (t *contentsText) more(n int64, thing string) {
	if n > 0 {
		t.line("… and %s more", count(n, thing))
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
	for _, e := range a.Entries[:min(len(a.Entries), shownEntries)] {
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
	t.more(a.Count-int64(min(len(a.Entries), shownEntries)), "file")
	t.faults(a.Faults)
}

func (t *contentsText) git(g *contents.Git) {
	if g.WantCount+g.HaveCount > 0 {
		t.line("wants %d, has %d", g.WantCount, g.HaveCount)
		for _, want := range g.Wants[:min(len(g.Wants), shownEntries)] {
			t.line("  want %s", want)
		}
		t.more(g.WantCount-int64(min(len(g.Wants), shownEntries)), "want")
	}
	if g.RefCount > 0 {
		t.line("%s offered", count(g.RefCount, "ref"))
		for _, r := range g.Refs[:min(len(g.Refs), shownEntries)] {
			s := strings.TrimSpace(r.ID + " " + r.Name)
			if r.Target != "" {
				s += " → " + r.Target
			}
			t.line("  %s", s)
		}
		t.more(g.RefCount-int64(min(len(g.Refs), shownEntries)), "ref")
	}
	for _, u := range g.Updates[:min(len(g.Updates), shownEntries)] {
		t.line("push %s: %s to %s", u.Name, u.Old, u.New)
	}
	t.more(g.UpdateCount-int64(min(len(g.Updates), shownEntries)), "update")
	if p := g.Pack; p != nil {
		agrees := "checksum agrees"
		if !p.Agrees {
			agrees = "checksum does not agree"
		}
		t.line("pack of %s, %s, %s", count(int64(p.Objects), "object"), byteSize(p.Bytes), agrees)
	}
	for _, line := range g.Progress[max(0, len(g.Progress)-shownEntries):] {
		t.line("remote: %s", line)
	}
	for _, line := range g.Report[:min(len(g.Report), shownEntries)] {
		t.line("report: %s", line)
	}
	if g.Error != "" {
		t.line("refused: %s", g.Error)
	}
	t.faults(g.Faults)
}
