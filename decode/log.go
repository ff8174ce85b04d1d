package decode

import "time"

// Log is a job's trace, looked at byte by byte.
type Log struct {
	Bytes    int64      `json:"bytes"`              // as the upstream holds it, gaps included
	Lines    int64      `json:"lines"`              // line ends in it
	Gaps     []TraceGap `json:"gaps,omitempty"`     // bytes that no recorded patch brought
	Repeats  []Repeat   `json:"repeats,omitempty"`  // bytes that were sent again
	Claim    *Claim     `json:"claim,omitempty"`    // what the runner's last update says of it; nil if it says nothing
	Verdict  Verdict    `json:"verdict,omitempty"`  // whether that is so; empty if nothing was claimed
	Reason   string     `json:"reason,omitempty"`   // of the verdict, one sentence
	Sections []Section  `json:"sections,omitempty"` // in order of their beginning, the first 1000
}

// Repeat is a run of trace bytes that was sent more than once.
type Repeat struct {
	Exchange uint64 `json:"exchange"` // which sent it again
	Offset   int64  `json:"offset"`   // of the first in the trace
	Bytes    int64  `json:"bytes"`    // how many
	Rewrite  bool   `json:"rewrite"`  // they differ from those before; of recordings with stand-ins: from those before with stand-ins
}

// Claim is what an update says of the whole trace.
type Claim struct {
	Exchange uint64 `json:"exchange"`           // which update
	Checksum string `json:"checksum,omitempty"` // "crc32:" and 8 hex digits, of the bytes before redaction
	Bytesize int64  `json:"bytesize"`           // bytes
}

// Verdict says whether a claim agrees with what was seen.
type Verdict string

// The verdicts.
const (
	Agrees  Verdict = "agrees"  // size and checksum are those of what passed
	Differs Verdict = "differs" // they are not
	Unsure  Verdict = "unsure"  // that cannot be told: bytes are missing, or stand-ins took their place
)

// Section is a part of a trace between two marks (gitlab-runner
// common/build_logger.go, doc/ci/jobs/job_logs.md).
type Section struct {
	Name      string    `json:"name"`                // "step_script", …
	Header    string    `json:"header,omitempty"`    // text of the line it begins with, without control sequences
	Offset    int64     `json:"offset"`              // of its first mark in the trace
	Bytes     int64     `json:"bytes"`               // up to the end of its last mark; 0 while open
	Depth     int       `json:"depth"`               // sections it is in
	Began     time.Time `json:"began"`               // UTC, to the second, by the clock of the runner
	Ended     time.Time `json:"ended,omitzero"`      // zero if it has no end
	Collapsed bool      `json:"collapsed,omitempty"` // shown closed
}
