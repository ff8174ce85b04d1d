package faults_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnertape/decode"
	"runnertape/faults"
)

// Whatever a fault file says: parsing it ends, wrong lines are told of with their place, and the rules
// that it has mean the same when they are written down again, and can be asked.
func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for paragraph := range strings.SplitSeq(string(text), "\n\n") {
			f.Add(paragraph)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := faults.Parse("f", text)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "f:") {
					t.Errorf("no place in %q", line)
				}
			}
			return
		}
		now := time.Unix(1e9, 0)
		set := faults.NewSet(1, rules)
		for _, r := range rules {
			again, err := faults.Parse("f", strings.Repeat("\n", r.Line-1)+r.Text)
			if err != nil || len(again) != 1 || faults.Describe(again[0]) != faults.Describe(r) {
				t.Errorf("%q: %v %v", r.Text, again, err)
			}
		}
		for _, e := range decode.Endpoints() {
			c := faults.Call{Endpoint: e, JobID: 42, JobName: "build", State: "success", Offset: 4096, Trace: 5000, Age: time.Hour, Now: now}
			if m := set.Meet(c); m.What != nil {
				m.What.Range.Value(c.Trace)
				m.Undo()
			}
			set.Stopped(c)
		}
		if got := set.Report(); (got == nil) != (len(rules) == 0) {
			t.Errorf("report %v of %d rules", got, len(rules))
		}
	})
}
