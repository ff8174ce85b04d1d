package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestReplayMode(t *testing.T) {
	var out, errors bytes.Buffer
	args := []string{"-quick", "-json", "-dir", t.TempDir(), "-replay", "-exchanges", "2000", "-rounds", "1", "-seconds", "0.01"}
	if code := run(t.Context(), args, &out, &errors); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errors.String())
	}
	var r replayed
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Starts) != 3 || r.Starts[2].Exchanges != 2000 || len(r.Starts[0].Rounds) != 1 || len(r.Rows) != 2*8 {
		t.Errorf("%+v", r)
	}
	for _, row := range r.Rows {
		if row.Wrong != "" || row.Median.Rate <= 0 {
			t.Errorf("%s %s: %+v", row.Workload, row.Subject, row)
		}
	}
}
