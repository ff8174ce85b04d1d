package findings_test

import (
	"slices"
	"testing"

	"runnertape/decode"
	"runnertape/findings"
)

// Who reads a long recording asks for the findings of a job when it is over, and has
// them forgotten: what is found is the same, and a job of the same number stays.
func TestForget(t *testing.T) {
	p := readPlay(t, "testdata/handed-out-again.txtar")
	whole, few, b := findings.New(), findings.New(), decode.NewBuilder()
	for _, x := range p.exchanges {
		whole.Add(x, nil)
		few.Add(x, nil)
		b.Add(x, nil)
	}
	jobs := b.Jobs()
	if len(jobs) != 2 {
		t.Fatalf("%d jobs, want the number handed out twice", len(jobs))
	}
	for _, job := range jobs {
		want, got := whole.Findings(job, nil), few.Findings(job, nil)
		if few.Forget(job); !slices.EqualFunc(want, got, func(a, b findings.Finding) bool { return a.Kind == b.Kind && a.Text == b.Text }) {
			t.Errorf("found %s, want %s", lines(got), lines(want))
		}
	}
}
