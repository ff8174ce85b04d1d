package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"runnertape/contents"
)

// shownEntries is how many files, refs and such are shown in text of one list, but with --full.
const shownEntries = 10

// writeContents writes what bodies hold as some lines, each with indent before it.
func writeContents(w io.Writer, indent string, all []*jsonContents) error {
	return writeContentsUpTo(w, shownEntries, indent, all)
}

// writeAllContents is writeContents with all that is kept of each list.
func writeAllContents(w io.Writer, indent string, all []*jsonContents) error {
	return writeContentsUpTo(w, math.MaxInt, indent, all)
}

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
