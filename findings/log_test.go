package findings_test

import (
	"strings"
	"testing"
	"time"

	"runnertape/decode"
	"runnertape/findings"
)

// logCases are findings that only the bytes of a log tell.
var logCases = []struct {
	name, want string
	log        decode.Log
}{
	{"another text came again", "trace_rewritten", decode.Log{
		Bytes: 100, Repeats: []decode.Repeat{{Exchange: 2, Offset: 0, Bytes: 50, Rewrite: true}},
	}},
	{"checksum", "claim_differs", decode.Log{
		Bytes: 100, Claim: &decode.Claim{Exchange: 3, Checksum: "crc32:01234567", Bytesize: 100}, Verdict: decode.Differs, Reason: "crc32 of what passed is 76543210",
	}},
	{"size", "claim_differs", decode.Log{
		Bytes: 100, Claim: &decode.Claim{Exchange: 3, Bytesize: 101}, Verdict: decode.Differs, Reason: "the runner wrote 101 bytes, the upstream holds 100",
	}},
	{"gap", "trace_gap", decode.Log{Bytes: 100, Gaps: []decode.TraceGap{{Offset: 10, Bytes: 20}}}},
	{"sent again as it was", "", decode.Log{Bytes: 100, Repeats: []decode.Repeat{{Exchange: 2, Bytes: 50}}}},
	{"stand-ins", "", decode.Log{
		Bytes: 100, Claim: &decode.Claim{Exchange: 3, Bytesize: 100}, Verdict: decode.Unsure, Reason: "stand-ins took the place of secrets",
	}},
}

func TestLog(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	job := &decode.Job{
		ID: 42, Payload: 1, State: "success", Git: []uint64{9}, PickedUp: at, Ended: at,
		Patches: []decode.Patch{{Exchange: 2, Bytes: 100, Status: 202, At: at}},
		Updates: []decode.Update{{Exchange: 3, State: "success", Bytesize: 100, Status: 200, At: at}},
		Events:  []decode.Event{{Exchange: 1, At: at}, {Exchange: 2, At: at}, {Exchange: 3, At: at}},
	}
	for _, c := range logCases {
		got := findings.New().Findings(job, &c.log)
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: found %s", c.name, lines(got))
		case c.want != "" && (len(got) != 1 || got[0].Kind != c.want):
			t.Errorf("%s: found %s, want %s", c.name, lines(got), c.want)
		}
		for _, f := range got {
			if checkFinding(t, f); strings.Contains(f.Text, ", :") || strings.Contains(f.Text, "  ") {
				t.Errorf("%s: text %q", c.name, f.Text)
			}
		}
	}
}
