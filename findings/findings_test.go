package findings_test

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"runnertape"
	"runnertape/decode"
	"runnertape/findings"
	"runnertape/fixtures"
)

var update = flag.Bool("update", false, "rewrite the findings of testdata")

// TestPlays compares what is found in every testdata/*.txtar with what the file
// says. Files named ordinary-* are jobs as they should be: nothing in
// them may be more than a note.
func TestPlays(t *testing.T) {
	for _, name := range playFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			p := readPlay(t, name)
			list := found(p.exchanges)
			got := lines(list)
			if *update {
				p.write(t, name, got)
			} else if diff := gocmp.Diff(p.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			for _, f := range list {
				if strings.HasPrefix(filepath.Base(name), "ordinary-") && f.Weight != findings.Note {
					t.Errorf("an ordinary job has %s: %s", f.Kind, f.Text)
				}
				if checkFinding(t, f); strings.Contains(f.Text, "%!") {
					t.Errorf("%s: text %q", f.Kind, f.Text)
				}
			}
		})
	}
}

// Of a recording that goes on nothing is said of what is not over, and all else is.
func TestGoesOn(t *testing.T) {
	unended := []string{"job_unfinished", "final_pending", "in_flight"}
	left := map[string]int{}
	for _, name := range playFiles(t) {
		p := readPlay(t, name)
		want := slices.DeleteFunc(found(p.exchanges), func(f findings.Finding) bool {
			leave := slices.Contains(unended, f.Kind)
			if leave {
				left[f.Kind]++
			}
			return leave
		})
		f := findings.New()
		f.GoesOn = true
		if diff := gocmp.Diff(lines(want), lines(foundBy(f, p.exchanges))); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	if len(left) != len(unended) {
		t.Errorf("only %v were left out, so nothing was proved of the others", left)
	}
}

func playFiles(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no files", err)
	}
	return names
}

// checkFinding holds what is said of the fields of a finding.
func checkFinding(t *testing.T, f findings.Finding) {
	t.Helper()
	if f.Text == "" || strings.HasSuffix(f.Text, ".") || strings.ContainsAny(f.Text, "\n\t") {
		t.Errorf("%s: text %q is no sentence without full stop", f.Kind, f.Text)
	}
	if len(f.Exchanges) == 0 || !slices.IsSorted(f.Exchanges) || slices.Contains(f.Exchanges, 0) {
		t.Errorf("%s: exchanges %v", f.Kind, f.Exchanges)
	}
	if f.JobID != 0 && f.Runner != "" {
		t.Errorf("%s is about a job and a runner", f.Kind)
	}
}

// found are all findings in exchanges: of jobs, of runners, of others.
func found(exchanges []*runnertape.Exchange) []findings.Finding {
	return foundBy(findings.New(), exchanges)
}

func foundBy(f *findings.Finder, exchanges []*runnertape.Exchange) []findings.Finding {
	b := decode.NewBuilder()
	for _, x := range exchanges {
		f.Add(x, nil)
		b.Add(x, nil)
	}
	var list []findings.Finding
	for _, job := range b.Jobs() {
		list = append(list, f.Findings(job, nil)...)
	}
	for _, r := range f.Runners() {
		list = append(list, r.Findings...)
	}
	return append(list, f.Others()...)
}

// lines are findings as testdata has them.
func lines(list []findings.Finding) string {
	var out strings.Builder
	for _, f := range list {
		who := cmp.Or(f.Runner, "others")
		if f.JobID != 0 {
			who = fmt.Sprint("job ", f.JobID)
		}
		fmt.Fprintf(&out, "%-7s %s: %s §%s %v", f.Weight, who, f.Kind, f.Section, f.Exchanges)
		if f.Repeated > 1 {
			fmt.Fprintf(&out, " × %d", f.Repeated)
		}
		fmt.Fprintf(&out, "\n\t%s\n", f.Text)
	}
	return out.String()
}

// What real runners did is in order: canceled and failed jobs are worth a note.
func TestRealRunners(t *testing.T) {
	names, err := filepath.Glob("../fixtures/runner-*.txtar")
	if err != nil || len(names) < 3 {
		t.Fatal("no recordings of real runners", err)
	}
	for _, name := range names {
		text, err := fixtures.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		f, b := findings.New(), decode.NewBuilder()
		for x := range text.Exchanges() {
			f.Add(x, nil)
			b.Add(x, nil)
		}
		var list []findings.Finding
		for _, job := range b.Jobs() {
			log, err := decode.ReadLog(job, func(x uint64, from int64) (io.ReadCloser, error) {
				body, err := text.Body(x, runnertape.RequestSide)
				if err == nil {
					_, err = io.CopyN(io.Discard, body, from)
				}
				return body, err
			}, text.Header().Redacted)
			if err != nil {
				t.Fatal(err)
			}
			list = slices.Concat(list, f.Findings(job, nil), f.Findings(job, log))
		}
		for _, r := range f.Runners() {
			list = append(list, r.Findings...)
			if r.Polls == 0 || r.Jobs != 4 || len(r.Versions) != 1 || r.Statuses[0].Status != 201 || r.Statuses[0].Count != 4 {
				t.Errorf("%s: polling history %+v", filepath.Base(name), r)
			}
		}
		list = append(list, f.Others()...)
		for _, f := range list {
			if checkFinding(t, f); f.Weight != findings.Note {
				t.Errorf("%s: %s %s %v: %s", filepath.Base(name), f.Weight, f.Kind, f.Exchanges, f.Text)
			}
		}
	}
}
