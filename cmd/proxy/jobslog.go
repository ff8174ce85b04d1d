package main

import (
	"bufio"
	"cmp"
	"fmt"
	"strings"
	"time"

	"runnertape/decode"
)

// writeLog says what the log is like, and which sections took how long.
func (st *story) writeLog(w *bufio.Writer, s screen) {
	l := st.log
	fmt.Fprintf(w, "\n%s\n", s.paint(bold, "log"))
	writeWrapped(w, s, padded("size", 9, false), byteSize(l.Bytes)+", "+count(l.Lines, "line"))
	if l.Claim != nil {
		text := fmt.Sprintf("%d bytes", l.Claim.Bytesize)
		if l.Claim.Checksum != "" {
			text += ", " + l.Claim.Checksum
		}
		text = fmt.Sprintf("%s: %s (exchange %d)", l.Verdict, text, l.Claim.Exchange)
		if l.Reason != "" {
			text += "; " + l.Reason
		}
		writeWrapped(w, s, s.paint(verdictColour(l.Verdict), padded("claim", 9, false)), printable(text))
	}
	for _, gap := range l.Gaps[:min(len(l.Gaps), shownParts)] {
		writeWrapped(w, s, s.paint(red, padded("gap", 9, false)), fmt.Sprintf("bytes %d to %d were not recorded", gap.Offset, gap.Offset+gap.Bytes-1))
	}
	writeMore(w, len(l.Gaps), "gap")
	for _, r := range l.Repeats[:min(len(l.Repeats), shownParts)] {
		what := "the same again"
		if r.Rewrite {
			what = "other bytes than before"
		}
		writeWrapped(w, s, s.paint(yellow, padded("repeat", 9, false)), fmt.Sprintf("bytes %d to %d: %s (exchange %d)", r.Offset, r.Offset+r.Bytes-1, what, r.Exchange))
	}
	writeMore(w, len(l.Repeats), "repeat")
	writeSections(w, s, l.Sections)
	writeMore(w, len(l.Sections), "section")
}

// shownParts is how many gaps, repeats and sections of a log are shown; --json has all.
const shownParts = 100

func writeMore(w *bufio.Writer, all int, thing string) {
	if all > shownParts {
		fmt.Fprintf(w, "  … and %s more\n", count(int64(all-shownParts), thing))
	}
}

func verdictColour(v decode.Verdict) string {
	switch v {
	case decode.Agrees:
		return green
	case decode.Differs:
		return red
	}
	return yellow
}

// writeSections is a tree of them, each with its share of the time of all.
func writeSections(w *bufio.Writer, s screen, sections []decode.Section) {
	if len(sections) == 0 {
		return
	}
	sections = sections[:min(len(sections), shownParts)]
	from, to, name := sections[0].Began, sections[0].Began, 0
	for _, x := range sections {
		if x.Began.Before(from) {
			from = x.Began
		}
		to = later(to, cmp.Or(x.Ended, x.Began))
		name = max(name, 2*x.Depth+textWidth(printable(x.Name)))
	}
	name = min(name, s.drawing()/2)
	b := newBars(from, to, min(40, s.drawing()-name-2-2-7-2))
	for _, x := range sections {
		label := strings.Repeat("  ", x.Depth) + printable(x.Name)
		took, bar := "open", ""
		if !x.Ended.IsZero() {
			took, bar = seconds(x.Ended.Sub(x.Began)), b.at(x.Began, x.Ended.Sub(x.Began))
		}
		line := fmt.Sprintf("  %s  %s  %s", padded(fit(label, name), name, false), padded(took, 7, true), s.paint(cyan, bar))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// seconds is a time that was told in whole seconds.
func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%ds", int(d.Seconds()))
	}
	return span(d)
}
