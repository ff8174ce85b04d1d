package usage

import (
	"os/exec"
	"strings"
	"testing"
)

func page(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	m := &Manual{
		Program: sample, Version: "tape 1.2", Date: "2026-11-24", Intro: "What it is.\n\nAnd more.",
		Environment: []Item{{"HOME", "yours"}}, Sections: []Section{{Heading: "Files", Text: "Some.", Items: []Item{{`"a" b`, ".hidden"}}}},
	}
	if err := Man(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMan(t *testing.T) {
	got := page(t)
	for _, want := range []string{
		`.TH "TAPE" 1 "2026-11-24" "tape 1.2" "User Commands"`,                                                                    // date and version
		".SS \"record [RECORDING]\"\nKeep what\\(aqs said: all [of it].\n.PP\nOne.\n.PP\n\\&.Two \\(rs \\(aqthree\\(aq \\(ti/x\n", // no requests, and ASCII stays
		"it is: \\[u2026]", // no UTF-8
		".TP\n\\fB\\-\\-opaque\\fR \\fIMODE\\fR\nwhat becomes of it (default: keep)\n",
		".PP\n.I \"More:\"\n.TP\n\\fB\\-\\-output\\fR, \\fB\\-o\\fR \\fIFILE\\fR\n",
		".SH \"ENVIRONMENT\"\nA flag that is given counts more than its variable.\n.TP\n.B \"TAPE_UPSTREAM\"\n\\-\\-upstream of record\n.TP\n.B \"HOME\"\nyours\n",
		".SH \"FILES\"\nSome.\n.TP\n.B \"\\(dqa\\(dq b\"\n\\&.hidden\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no\n%s\nin\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if len(line) > roffColumns+1 && !strings.HasPrefix(line, ".") {
			t.Errorf("%d bytes: %s", len(line), line)
		}
	}
}

// What formats manual pages finds nothing wrong.
func TestManLint(t *testing.T) {
	tools := [][]string{{"mandoc", "-Tlint", "-Wwarning"}, {"groff", "-man", "-ww", "-z"}}
	for _, tool := range tools {
		t.Run(tool[0], func(t *testing.T) {
			if _, err := exec.LookPath(tool[0]); err != nil {
				t.Skipf("NOT RUN: there is no %s here", tool[0])
			}
			cmd := exec.CommandContext(t.Context(), tool[0], tool[1:]...)
			cmd.Stdin = strings.NewReader(page(t))
			if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
