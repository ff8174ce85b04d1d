package main

import (
	"bufio"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func exampleTable() *table {
	return &table{
		columns: []column{
			{title: "JOB", right: true},
			{title: "NAME", easy: 14, least: 4},
			{title: "PROJECT", least: 6, end: true, drop: 2},
			{title: "SIZE", right: true, drop: 1},
			{title: "FINDINGS", short: "ODD", easy: 12, least: 12},
		},
		rows: [][]cell{
			{{full: "7"}, {full: "deploy to 東京"}, {full: "group/sub/app"}, {full: "1.2 kB", plain: "1234"}, {full: "1 fault: the log has gaps", short: "1f", sgr: red}},
			{{full: "12345"}, {full: "x"}, {full: "y"}, {full: "-"}, {full: "-"}},
		},
	}
}

// The less room there is, the shorter are cells, then the gaps, then names, then there are fewer columns.
func TestTableFits(t *testing.T) {
	tests := []struct {
		name  string
		width int
		want  string
	}{
		{"no bound", 0, `  JOB  NAME            PROJECT          SIZE  FINDINGS
    7  deploy to 東京  group/sub/app  1.2 kB  1 fault: the log has gaps
12345  x               y                   -  -
`},
		{"the last column is cut", 64, `  JOB  NAME            PROJECT          SIZE  FINDINGS
    7  deploy to 東京  group/sub/app  1.2 kB  1 fault: the log …
12345  x               y                   -  -
`},
		{"short cells", 51, `  JOB  NAME            PROJECT          SIZE  ODD
    7  deploy to 東京  group/sub/app  1.2 kB  1f
12345  x               y                   -  -
`},
		{"names are cut", 35, `  JOB NAME     PROJECT     SIZE ODD
    7 deploy … …/sub/app 1.2 kB 1f
12345 x        y              - -
`},
		{"fewer columns", 18, `  JOB NAME     ODD
    7 deploy … 1f
12345 x        -
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			w := bufio.NewWriter(&b)
			exampleTable().write(w, screen{width: test.width})
			w.Flush()
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Error(diff)
			}
			for line := range strings.Lines(b.String()) {
				if n := textWidth(strings.TrimSuffix(line, "\n")); test.width > 0 && n > test.width {
					t.Errorf("%d columns: %s", n, line)
				}
			}
		})
	}
}

// A program gets all there is, and a person's colours reset before the line ends.
func TestTableForms(t *testing.T) {
	var b strings.Builder
	w := bufio.NewWriter(&b)
	exampleTable().writeTabs(w)
	exampleTable().write(w, screen{colour: true})
	w.Flush()
	for _, want := range []string{
		"7\tdeploy to 東京\tgroup/sub/app\t1234\t1 fault: the log has gaps\n", "12345\tx\ty\t-\t-\n",
		"\x1b[31m1 fault: the log has gaps\x1b[0m\n", "\x1b[2mJOB\x1b[0m",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestTableWraps(t *testing.T) {
	tab := &table{
		columns: []column{{title: "AT", right: true}, {title: "WHAT", easy: 10, wrap: true}},
		rows:    [][]cell{{{full: "+1s"}, {full: "a long text that goes on below"}}},
	}
	var b strings.Builder
	w := bufio.NewWriter(&b)
	tab.write(w, screen{width: 19})
	w.Flush()
	if diff := cmp.Diff(" AT  WHAT\n+1s  a long text\n     that goes on\n     below\n", b.String()); diff != "" {
		t.Error(diff)
	}
}
