package replay

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"runnertape/logdiff"
)

// JobReceipt is what became of one job.
type JobReceipt struct {
	ID          int64               `json:"id"`                    // of the job
	Name        string              `json:"name,omitempty"`        // "build"
	HandedOut   bool                `json:"handed_out"`            // whether a runner got it
	At          time.Time           `json:"at,omitzero"`           // when, UTC; the last time
	Played      int64               `json:"played,omitempty"`      // how often, if not once
	PlayedAs    int64               `json:"played_as,omitempty"`   // number that it had the last time, if that is another
	Otherwise   int64               `json:"otherwise,omitempty"`   // how often it ended otherwise than recorded
	Recorded    End                 `json:"recorded"`              // how it ended then
	Replayed    End                 `json:"replayed"`              // how it ended now; State is "pending" or "running" if it did not
	Ended       bool                `json:"ended"`                 // whether it did
	TraceBytes  int64               `json:"trace_bytes"`           // what this runner sent
	TraceCRC32  string              `json:"trace_crc32,omitempty"` // its checksum, as runners write it
	RecordedLog int64               `json:"recorded_trace_bytes"`  // what the upstream held then
	Requests    Requests            `json:"requests"`              // for it: its updates, trace and artifacts
	Refused     int                 `json:"refused_patches"`       // answered with 416
	Uploads     []Upload            `json:"uploads,omitempty"`     // artifacts this runner sent
	Log         *logdiff.Difference `json:"log,omitempty"`         // how its log differs from the recorded one; null if they were not compared
	Differences []string            `json:"differences,omitempty"` // from the recording, one line each; of a job that was handed out
}

// receipt is how things stand with one job.
func (j *job) receipt() JobReceipt {
	j.mu.Lock()
	compared := []chan struct{}{j.compared}
	for _, u := range j.sent {
		compared = append(compared, u.compared)
	}
	j.mu.Unlock()
	for _, c := range compared {
		if c != nil {
			<-c
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	c := JobReceipt{
		ID:          j.number,
		Name:        j.name,
		HandedOut:   j.phase != waiting || j.rescued > 0,
		Otherwise:   j.plays.otherwise.Load(),
		Recorded:    j.end,
		Replayed:    j.ended,
		Ended:       j.phase == over,
		TraceBytes:  j.log.size,
		RecordedLog: j.size,
		Requests:    j.tally.requests(),
		Refused:     j.refusals,
		Log:         j.difference,
	}
	for _, u := range j.sent {
		c.Uploads = append(c.Uploads, u.Upload)
	}
	c.Replayed.State = j.state()
	if played := j.plays.handed.Load(); played > 1 {
		c.Played = played
	}
	if j.id != j.number {
		c.PlayedAs = j.id
	}
	if c.HandedOut {
		c.At, c.TraceCRC32 = j.since.UTC(), j.log.checksum()
		c.Differences = j.differences()
	}
	return c
}

// differences are in what a replay can promise: the end, and which artifacts
// came. Sizes, pieces and times differ on every run.
func (j *job) differences() []string {
	var d []string
	if n, of := j.plays.otherwise.Load(), j.plays.handed.Load(); n > 0 && of > 1 {
		d = append(d, fmt.Sprintf("of %d times that it was handed out, it ended %d otherwise than recorded", of, n))
	}
	add := func(format string, args ...any) { d = append(d, fmt.Sprintf(format, args...)) }
	switch {
	case j.phase != over:
		add("has not ended")
	case j.end.State == "": // the recording ends before the job, or it is of one that never ran
	default:
		if j.end.State != j.ended.State {
			add("state: recorded %s, replayed %s", word(j.end.State), j.ended.State)
		}
		if j.end.State == "canceled" && j.ended.State == "canceled" {
			break // what the runner made of it GitLab does not keep
		}
		if j.end.FailureReason != j.ended.FailureReason {
			add("failure reason: recorded %q, replayed %q", j.end.FailureReason, j.ended.FailureReason)
		}
		if j.end.ExitCode != j.ended.ExitCode {
			add("exit code: recorded %d, replayed %d", j.end.ExitCode, j.ended.ExitCode)
		}
	}
	if j.phase == over {
		if j.stopped < len(j.stops) {
			add("it ended before it had come to where it was told %s", j.stops[j.stopped].status)
		}
		for _, u := range j.uploads {
			if !slices.ContainsFunc(j.sent, func(s *sent) bool { return s.same(u.Upload) }) {
				add("artifact %s: recorded, not uploaded", u.Upload)
			}
		}
	}
	for _, u := range j.sent {
		if j.size == 0 && len(j.uploads) == 0 { // nothing that the job did was recorded, but perhaps its end
			break
		}
		if !slices.ContainsFunc(j.uploads, func(p pastUpload) bool { return p.same(u.Upload) }) {
			add("artifact %s: uploaded, not recorded", u.Upload)
		}
	}
	return append(d, j.notes...)
}

// String is the artifact in a few words.
func (u Upload) String() string {
	return fmt.Sprintf("%s %s %q", word(u.Type), word(u.Format), u.Filename)
}

// word is s as it is if it can be shown on a terminal, else quoted.
func word(s string) string {
	if quoted := strconv.Quote(s); quoted != `"`+s+`"` {
		return quoted
	}
	return s
}
