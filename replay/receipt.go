package replay

import (
	"slices"
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/faults"
)

// Receipt is what a replay did.
type Receipt struct {
	Recording   Facts                        `json:"recording"` // what was replayed
	Requests                                 // all
	Anonymous   int64                        `json:"anonymous,omitempty"`    // of those served, answered by their address without its credentials: with a token that is not in the recording
	Endpoints   map[decode.Endpoint]Requests `json:"endpoints"`              // of each that was asked
	Misses      []Miss                       `json:"misses,omitempty"`       // the first of those missed
	WrongTokens []Miss                       `json:"wrong_tokens,omitempty"` // the first requests that were refused because their token is not that of the job they speak of
	Jobs        []JobReceipt                 `json:"jobs"`                   // each recorded job, in the order they were handed out then
	Rounds      int                          `json:"rounds,omitempty"`       // of a loop: how often it began anew, and once
	Unused      []int64                      `json:"unused,omitempty"`       // jobs nobody asked for
	Notes       []string                     `json:"notes,omitempty"`        // what was odd and belongs to no job

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
	if r.loop {
		c.Rounds = r.queue.rounds()
	}
	for _, j := range jobs {
		if !j.HandedOut {
			c.Unused = append(c.Unused, j.ID)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	c.Misses, c.WrongTokens, c.Notes = slices.Clone(r.misses), slices.Clone(r.wrongTokens), slices.Clone(r.notes)
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
	skipped, jobs := r.index.skipped, r.index.wanted
	for at := range r.index.lostAt {
		if r.index.wants(at) {
			jobs--
		}
	}
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
		if !r.index.wants(at) {
			return nil, nil
		}
		if j := r.index.shown(at); j != nil {
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

// odd notes a remark for the receipt, with a job, by its recorded number, if there is one.
func (r *Replayer) odd(job int64, text string) {
	r.log.Warn(text, "job", job)
	if j := r.index.playing(job); j != nil {
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
