package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// table is rows of cells, the first of them the heads of the columns. It is written as Markdown,
// with blanks so that it can be read as it is.
type table [][]string

func (t table) String() string {
	widths := make([]int, len(t[0]))
	for _, cells := range t {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, cells := range t {
		for i, cell := range cells {
			blanks := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 1 { // the first two are words
				cell = blanks + cell
			} else {
				cell += blanks
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
		if n == 0 {
			for i, width := range widths {
				mark := strings.Repeat("-", width+1)
				if i > 1 {
					b.WriteString("|" + mark + ":")
				} else {
					b.WriteString("|" + mark + "-")
				}
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

// tables are those of a comparison.
func tables(f figures) string {
	small := table{{"workload", "subject", "requests/s", "of goproxy", "of direct", "p50 µs", "p99 µs", "CPU µs", "lag ms", "RssAnon MiB", "kept B"}}
	big := table{{"workload", "subject", "MiB/s", "of goproxy", "of direct", "CPU s/GiB", "lag ms", "RssAnon MiB"}}
	idle := table{{"workload", "subject", "KiB per poll", "files per poll", "noticed", "files left"}}
	for _, r := range f {
		name := strings.SplitN(r.Workload, "/", 2)[0]
		is := func(k kind) bool { return name == string(k) || strings.HasPrefix(name, string(k)+"-") }
		switch {
		case is(holds):
			idle = append(idle, idleCells(r))
		case is(uploads) || is(downloads):
			big = append(big, f.bigCells(r))
		default:
			small = append(small, f.smallCells(r))
		}
	}
	var parts []string
	for _, part := range []struct {
		title string
		table table
	}{{"Requests", small}, {"Artifacts", big}, {"Idle polls", idle}} {
		if len(part.table) > 1 {
			parts = append(parts, "### "+part.title+"\n\n"+part.table.String())
		}
	}
	return strings.Join(parts, "\n")
}

func (f figures) smallCells(r *row) []string {
	if r.Wrong != "" {
		return wrongCells(r, 11)
	}
	m := r.Median
	return []string{
		r.Workload, r.Subject, fmt.Sprintf("%.0f", m.Rate), f.of(r, nameGoproxy), f.of(r, nameDirect),
		fmt.Sprintf("%.0f", m.P50), fmt.Sprintf("%.0f", m.P99), some("%.0f", m.CPU), some("%.0f", m.Lag), some("%.1f", mib(m.RssAnon)), some("%.0f", r.Kept),
	}
}

func (f figures) bigCells(r *row) []string {
	if r.Wrong != "" {
		return wrongCells(r, 8)
	}
	m := r.Median
	perGiB := m.CPU / 1e6 * m.Rate / m.Bytes * (1 << 30)
	return []string{
		r.Workload, r.Subject, fmt.Sprintf("%.0f", m.Bytes/(1<<20)), f.of(r, nameGoproxy), f.of(r, nameDirect),
		some("%.2f", perGiB), some("%.0f", m.Lag), some("%.1f", mib(m.RssAnon)),
	}
}

func idleCells(r *row) []string {
	if r.Wrong != "" || r.Held == nil {
		return wrongCells(r, 6)
	}
	h := r.Held
	return []string{
		r.Workload, r.Subject, some("%.1f", h.PerPoll/(1<<10)), some("%.1f", h.Files),
		fmt.Sprintf("%d of %d", h.Noticed, h.Polls), fmt.Sprint(h.FilesLeft),
	}
}

// wrongCells keep the reason for what is printed below the tables.
func wrongCells(r *row, n int) []string {
	cells := make([]string, n)
	cells[0], cells[1], cells[2] = r.Workload, r.Subject, "wrong"
	return cells
}

func (f figures) of(r *row, other string) string {
	value, ok := f.faster(r.Workload, r.Subject, other)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.2f", value)
}

// some is nothing for 0: what does not apply, or could not be measured.
func some(format string, value float64) string {
	if value == 0 {
		return ""
	}
	return fmt.Sprintf(format, value)
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }

// complaints are the reasons why figures are missing.
func complaints(f figures) string {
	var b strings.Builder
	for _, r := range f {
		if r.Wrong != "" {
			fmt.Fprintf(&b, "wrong: %s %s: %s\n", r.Workload, r.Subject, strings.TrimSpace(r.Wrong))
		}
	}
	return b.String()
}
