package replay

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/faults"
	"runnertape/logdiff"
)

// Receipt is what a replay did.
type Receipt struct {
	Recording Facts                        `json:"recording"` // what was replayed
	Requests                               // all
	Anonymous int64                        `json:"anonymous,omitempty"` // of those served, answered by their address without its credentials: with a token that is not in the recording
	Endpoints map[decode.Endpoint]Requests `json:"endpoints"`           // of each that was asked
	Misses    []Miss                       `json:"misses,omitempty"`    // the first of those missed
	Jobs      []JobReceipt                 `json:"jobs"`                // each recorded job, in the order they were handed out then
	Unused    []int64                      `json:"unused,omitempty"`    // jobs nobody asked for
	Notes     []string                     `json:"notes,omitempty"`     // what was odd and belongs to no job

	Faults *faults.Report `json:"faults,omitempty"` // what fault files made happen; nil without any
}

// Facts are what is known of the recording.
type Facts struct {
	Created   time.Time `json:"created,omitzero"`  // when it was begun, UTC
	Program   string    `json:"program,omitempty"` // what began it
	Upstream  string    `json:"upstream,omitempty"`
	Redacted  bool      `json:"redacted"`               // whether its secrets are stand-ins
	Exchanges int       `json:"exchanges"`              // all that ended
	Jobs      int       `json:"-"`                      // that can be handed out
	Git       int       `json:"git"`                    // of these, git's; 0 means that no clone can be served
	Skipped   int       `json:"skipped_jobs,omitempty"` // jobs whose payload was not kept whole
}

// JobReceipt is what became of one job.
type JobReceipt struct {
	ID          int64               `json:"id"`                    // of the job
	Name        string              `json:"name,omitempty"`        // "build"
	HandedOut   bool                `json:"handed_out"`            // whether a runner got it
	At          time.Time           `json:"at,omitzero"`           // when, UTC
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

// Receipt is how things stand.
func (r *Replayer) Receipt() Receipt {
	jobs, err := r.jobs(len(r.index.offers))
	c := Receipt{
		Recording: r.Facts(),
		Requests:  r.tallies.sum(),
		Endpoints: r.tallies.byEndpoint(),
		Faults:    r.faults.Report(),
		Anonymous: r.anonymous.Load(),
		Jobs:      jobs,
	}
	for _, j := range jobs {
		if !j.HandedOut {
			c.Unused = append(c.Unused, j.ID)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c.Misses, c.Notes = slices.Clone(r.misses), slices.Clone(r.notes)
	if err != nil {
		c.Notes = append(c.Notes, "jobs are missing from this receipt: "+err.Error())
	}
	return c
}

// Facts are what is known of the recording now: jobs whose payload is missing
// from it are found when they would be handed out.
func (r *Replayer) Facts() Facts {
	head := r.src.Header()
	r.index.mu.RLock()
	skipped, jobs := r.index.skipped, len(r.index.offers)-len(r.index.lostAt)
	r.index.mu.RUnlock()
	return Facts{
		Created:   head.Created,
		Program:   head.Program,
		Upstream:  head.Upstream,
		Redacted:  head.Redacted,
		Exchanges: r.index.exchanges,
		Git: r.index.count(func(of *runnertape.Kind) bool {
			return of.Whole && decode.Endpoint(of.Endpoint) == decode.Git
		}),
		Jobs:    jobs,
		Skipped: skipped,
	}
}

// First are the first jobs, at most so many, as they are recorded, or as they are now.
func (r *Replayer) First(jobs int) ([]JobReceipt, error) { return r.jobs(jobs) }

// jobs are the first n jobs, in the order they were handed out then. Of those that
// nobody looked at yet nothing is kept.
func (r *Replayer) jobs(n int) ([]JobReceipt, error) {
	var idle []*job
	order := handouts{ix: r.index, look: func(at int32) (*job, error) {
		if j := r.index.looked(at); j != nil && j.handedOut() {
			return j, nil
		}
		j, err := r.index.readJob(at)
		if j != nil {
			idle = append(idle, j)
		}
		return j, err
	}}
	var jobs []*job
	for len(jobs) < n {
		j, err := order.next()
		if err != nil {
			return nil, err
		}
		if j == nil {
			break
		}
		jobs = append(jobs, j)
	}
	if err := r.index.readEnds(idle); err != nil {
		return nil, err
	}
	receipts := make([]JobReceipt, 0, len(jobs))
	for _, j := range jobs {
		receipts = append(receipts, j.receipt())
	}
	return receipts, nil
}

// handedOut tells whether a runner got the job.
func (j *job) handedOut() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.phase != waiting
}

// receipt is how things stand with one job.
func (j *job) receipt() JobReceipt {
	j.mu.Lock()
	if compared := j.compared; compared != nil {
		j.mu.Unlock()
		<-compared
		j.mu.Lock()
	}
	defer j.mu.Unlock()
	c := JobReceipt{
		ID:          j.id,
		Name:        j.name,
		HandedOut:   j.phase != waiting,
		Recorded:    j.end,
		Replayed:    j.ended,
		Ended:       j.phase == over,
		TraceBytes:  j.log.size,
		RecordedLog: j.size,
		Requests:    j.tally.requests(),
		Refused:     j.refusals,
		Uploads:     slices.Clone(j.sent),
		Log:         j.difference,
	}
	c.Replayed.State = j.state()
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
	add := func(format string, args ...any) { d = append(d, fmt.Sprintf(format, args...)) }
	switch {
	case j.phase != over:
		add("has not ended")
	case j.end.State == "":
		add("state: the recording ends before the job, replayed %s", j.ended.State)
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
			if !slices.ContainsFunc(j.sent, u.same) {
				add("artifact %s: recorded, not uploaded", u)
			}
		}
	}
	for _, u := range j.sent {
		if !slices.ContainsFunc(j.uploads, u.same) {
			add("artifact %s: uploaded, not recorded", u)
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

// odd notes a remark for the receipt, with a job if there is one.
func (r *Replayer) odd(job int64, text string) {
	r.log.Warn(text, "job", job)
	if j := r.index.job(job); j != nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.note(text)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.notes) < maxNotes {
		r.notes = append(r.notes, text)
	}
}
