package findings

import (
	"slices"
	"strings"
	"time"

	"runnertape"
	"runnertape/decode"
)

// Runner is the polling history of one runner: of one token on one machine.
type Runner struct {
	Token          string        // short form of its token, the last if it was reset
	Earlier        []string      // short forms of its tokens before that
	SystemID       string        // which machine. Since 15.8
	Versions       []string      // it gave of itself, in order, the first few
	Executor       string        // "shell", "docker", …
	Polls          int           // request_job
	Jobs           int           // handed out to it
	Statuses       []StatusCount // what its polls were answered, by code
	LongestHold    time.Duration // of a poll until it was answered, ns
	Held           uint64        // exchange of that
	LongestSilence time.Duration // from the end of a poll to the next, ns
	Silence        []uint64      // the two exchanges of that
	FirstSeen      time.Time     // its first request, UTC
	LastSeen       time.Time     // start of the last request it made itself or for its jobs, UTC
	Findings       []Finding     // what is odd, the worst first
}

// Name is what findings call it: the token, with the system id after a blank if
// there is one.
func (r *Runner) Name() string { return strings.TrimSpace(r.Token + " " + r.SystemID) }

// StatusCount is how often polls were answered with one status.
type StatusCount struct {
	Status int    `json:"status"` // code; 0 if the answer was lost, or made by the recorder
	Count  int    `json:"count"`  // polls
	First  uint64 `json:"first"`  // exchange
	Last   uint64 `json:"last"`   // exchange
}

// Bounds of what is kept of runners. Of more runners, those seen first are forgotten.
const (
	maxRunners  = 10_000
	maxVersions = 10
	maxStatuses = 50
)

// tracked is a runner with what the rules for polls need to remember.
type tracked struct {
	Runner
	said tally

	first     uint64 // exchange
	client    string // host it called from, at last
	lastPoll  uint64
	limited   bool      // it was answered 429
	polledAt  time.Time // when the last poll ended; if it did not, when it began
	noUpdate  int       // 204 without X-GitLab-Last-Update
	update    int       // 204 with it
	holding   bool      // an answer said that Workhorse may hold polls
	forbidden []uint64  // 403 in a row, the first three
	quietFrom time.Time // when the last of them came
	reported  bool      // that they silenced it
	running   int       // jobs handed out that have not ended
	switched  uint64    // first exchange of another version than before; 0 if there is one version
}

// meet keeps what an exchange tells of its runner.
func (t *tracked) meet(x *runnertape.Exchange, who runnertape.Runner) {
	if x.Started.After(t.LastSeen) {
		t.LastSeen = x.Started
	}
	if who.Executor != "" {
		t.Executor = who.Executor
	}
	v := who.Version
	if v == "" || decode.Endpoint(x.Decoded.Endpoint) == decode.Git || slices.Contains(t.Versions, v) || len(t.Versions) >= maxVersions {
		return
	}
	if t.Versions = append(t.Versions, v); len(t.Versions) == 2 {
		t.switched = x.ID
	}
}

// Runners are all runners, as they first appeared, with what is odd about each.
func (f *Finder) Runners() []Runner {
	list := make([]Runner, 0, len(f.runners.order))
	for _, t := range f.runners.order {
		r := t.Runner
		r.Earlier, r.Versions, r.Statuses = slices.Clone(r.Earlier), slices.Clone(r.Versions), slices.Clone(r.Statuses)
		said := t.said.clone()
		for _, rule := range runnerRules {
			rule(f, t, said)
		}
		r.Findings = said.sorted()
		for i := range r.Findings {
			r.Findings[i].Runner = r.Name()
		}
		list = append(list, r)
	}
	return list
}

// runnerRules judge whole runners, in this order.
var runnerRules = []func(f *Finder, t *tracked, said *tally){
	stillSilent, longHeld, neverUpdated, otherVersion, otherMachines, movedMachine, goneRunner,
}
