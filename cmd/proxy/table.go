package main

import (
	"bufio"
	"slices"
	"strings"
)

// A table is rows of cells that are printed one beside another for a person, and apart by tabs for a program.
type table struct {
	columns []column
	rows    [][]cell
}

// column is what the cells of a column have in common.
type column struct {
	title string
	short string // the same with short cells; empty: title
	right bool   // for numbers
	end   bool   // of a cell that is cut the end is kept
	wrap  bool   // of the last column: what does not fit goes on below
	easy  int    // columns to which a cell may be cut for the sake of others; 0: it is not
	least int    // columns a cell may be cut to where there is no other way; 0: it is not cut
	drop  int    // where that is not enough the columns with the highest are left out first; 0: never
}

// cell is what there is in a row.
type cell struct {
	full  string
	short string // where room is scarce; empty: full
	plain string // for a program; empty: full
	sgr   string // its colour
}

// fitting is how a table fits a screen.
type fitting struct {
	widths []int // of each column; -1 for one that is left out
	short  bool
	gap    int // blanks between
}

// fitting takes the widest that fits into width columns: full cells, of which some are cut a little, else short ones, else
// less room between them, else cells that are cut more, else fewer columns. A width of 0 is no bound.
func (t *table) fitting(width int) fitting {
	l := fitting{t.widths(false), false, 2}
	if width == 0 {
		return l
	}
	if cut, ok := t.cut(l, width, func(c column) int { return c.easy }); ok {
		return cut
	}
	l.widths, l.short = t.widths(true), true
	if cut, ok := t.cut(l, width, func(c column) int { return c.easy }); ok {
		return cut
	}
	for l.gap = 1; ; {
		cut, ok := t.cut(l, width, func(c column) int { return c.least })
		if ok {
			return cut
		}
		next := -1
		for i, c := range t.columns {
			if c.drop > 0 && l.widths[i] >= 0 && (next < 0 || c.drop > t.columns[next].drop) {
				next = i
			}
		}
		if next < 0 {
			return cut
		}
		l.widths[next] = -1
	}
}

func (t *table) widths(short bool) []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = textWidth(c.head(short))
		for _, row := range t.rows {
			widths[i] = max(widths[i], textWidth(row[i].text(short)))
		}
	}
	return widths
}

// cut takes columns from the widest that may be cut, one by one, until all fit; to says how far each may be.
func (t *table) cut(l fitting, width int, to func(column) int) (fitting, bool) {
	l.widths = slices.Clone(l.widths)
	for l.width() > width {
		widest := -1
		for i, c := range t.columns {
			if least := to(c); least > 0 && l.widths[i] > least && (widest < 0 || l.widths[i] > l.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return l, false
		}
		l.widths[widest]--
	}
	return l, true
}

func (l fitting) width() int {
	sum := -l.gap
	for _, w := range l.widths {
		if w >= 0 {
			sum += w + l.gap
		}
	}
	return sum
}

func (c column) head(short bool) string {
	if short && c.short != "" {
		return c.short
	}
	return c.title
}

func (c cell) text(short bool) string {
	if short && c.short != "" {
		return c.short
	}
	return c.full
}

func (c cell) painted(s screen, text string) string {
	if c.sgr == "" {
		return text
	}
	return s.paint(c.sgr, text)
}

// write prints the table with its head for the screen.
func (t *table) write(w *bufio.Writer, s screen) {
	l := t.fitting(s.width)
	head := make([]cell, len(t.columns))
	for i, c := range t.columns {
		head[i] = cell{full: fit(c.head(l.short), max(0, l.widths[i])), sgr: dim}
	}
	t.line(w, s, l, head)
	for _, row := range t.rows {
		t.line(w, s, l, row)
	}
}

func (t *table) line(w *bufio.Writer, s screen, l fitting, row []cell) {
	var b strings.Builder
	blanks, at := "", 0
	for i, c := range t.columns {
		width := l.widths[i]
		if width < 0 {
			continue
		}
		text, below := row[i].text(l.short), []string(nil)
		switch {
		case c.wrap && textWidth(text) > width:
			lines := wrapped(text, width)
			text, below = lines[0], lines[1:]
		case c.end && textWidth(text) > width:
			text = "…" + tail(text, width-1)
		default:
			text = fit(text, width)
		}
		room := strings.Repeat(" ", max(0, width-textWidth(text)))
		if c.right {
			blanks, room = blanks+room, ""
		}
		b.WriteString(blanks + row[i].painted(s, text))
		for _, text := range below {
			b.WriteString("\n" + strings.Repeat(" ", at) + row[i].painted(s, text))
		}
		blanks = room + strings.Repeat(" ", l.gap)
		at += width + l.gap
	}
	w.WriteString(strings.TrimRight(b.String(), " ") + "\n")
}

// writeTabs prints the rows for a program: no head, nothing cut, a tab between cells.
func (t *table) writeTabs(w *bufio.Writer) {
	for _, row := range t.rows {
		for i, c := range row {
			if i > 0 {
				w.WriteByte('\t')
			}
			if c.plain != "" {
				w.WriteString(c.plain)
			} else {
				w.WriteString(c.full)
			}
		}
		w.WriteByte('\n')
	}
}
