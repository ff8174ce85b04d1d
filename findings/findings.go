// Package findings says what is odd about a job or a runner, in the protocol's
// words: why did it get stuck, who lost it, which answer made it so. Nothing
// here changes what an exchange means; it is read from the messages and jobs
// that package decode makes of a recording.
//
// A finding rests on exchanges, by number, and on a part of docs/protocol.md.
package findings

// Finding is one odd thing.
type Finding struct {
	Kind      string   `json:"kind"`               // what it is, in snake_case; scripts may rely on it
	Weight    Weight   `json:"weight"`             // how bad it is
	Text      string   `json:"text"`               // one sentence for a person, without full stop
	Exchanges []uint64 `json:"exchanges"`          // those it rests on, in order; the first and last of many
	Section   string   `json:"section"`            // of docs/protocol.md, like "1.3.7"
	JobID     int64    `json:"job_id,omitempty"`   // whose; 0 if it is about a runner
	Runner    string   `json:"runner,omitempty"`   // whose: short token, with the system id after a blank if there is one; if it is about a runner
	Repeated  int      `json:"repeated,omitempty"` // how often it was seen, if more than once
}

// Weight is how bad a finding is.
type Weight string

// The weights.
const (
	Note    Weight = "note"    // worth knowing; all went as the protocol has it
	Warning Weight = "warning" // the protocol coped, at a cost
	Fault   Weight = "fault"   // something was lost, or stopped
)
