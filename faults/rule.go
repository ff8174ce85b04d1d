package faults

import (
	"fmt"
	"slices"
	"time"

	"runnertape/decode"
)

// Rule is one line of a fault file.
type Rule struct {
	File string // what the file was read as
	Line int    // from 1
	Text string // the line, without comment and needless blanks

	where where
	what  What
	often often
}

// Place is where the rule stands, FILE:LINE.
func (r *Rule) Place() string { return fmt.Sprintf("%s:%d", r.File, r.Line) }

// String is the rule with its place, as people are told of it.
func (r *Rule) String() string { return r.Place() + ": " + r.Text }

// Job is the id or name that the rule names, in which * stands for anything; "" if it names none.
func (r *Rule) Job() string { return string(r.where.job) }

// IsFor tells whether the rule may be for a job.
func (r *Rule) IsFor(id int64, name string) bool { return r.where.of(&Call{JobID: id, JobName: name}) }

// where says which requests a rule is for.
type where struct {
	endpoint decode.Endpoint // "" for every request
	kind     kind            // of an update
	job      pattern         // id or name; "" for any, and for requests that are of no job
	path     pattern         // of the URL, without query; "" for any
	when     []condition     // all must hold
}

// kind is what an update is for.
type kind string

const (
	anyUpdate kind = ""
	pickup    kind = "pickup"    // the job is taken: the first thing a runner from 18.5 on says
	keepalive kind = "keepalive" // the job still runs
	final     kind = "final"     // the job has ended
)

var kinds = []kind{pickup, keepalive, final}

// often says how many of the requests that a rule is for get its fault.
type often struct {
	times int           // at most so many; 0 for no limit
	span  time.Duration // for so long after the first; 0 for no limit
	inAll bool          // over all jobs, else for each of them
}

// Kind is what sort of fault it is.
type Kind string

// The sorts of faults. Those but Delay, Slow and Stop decide what becomes of the answer.
const (
	Status Kind = "status" // another answer
	Answer Kind = "answer" // the true answer, with something changed
	Drop   Kind = "drop"   // the connection is closed
	Reset  Kind = "reset"  // the connection is reset
	Hang   Kind = "hang"   // no answer, and the connection stays
	Delay  Kind = "delay"  // the answer comes late
	Slow   Kind = "slow"   // bytes pass slowly
	Stop   Kind = "stop"   // somebody stops the job
)

// decides tells whether the fault settles what becomes of the answer.
func (k Kind) decides() bool { return !slices.Contains([]Kind{Delay, Slow, Stop}, k) }

// What is the fault.
type What struct {
	Kind Kind

	Taken    bool          // the request is taken in as always first, so that only its answer is lost; of Status, Drop, Reset, Hang, Delay
	Early    bool          // Status: without reading the request's body to its end
	Forget   bool          // Status: the server loses the trace it holds
	Code     int           // Status: of the answer
	After    int64         // Drop, Reset: bytes that pass before; 0: none, or all of the request
	OfAnswer bool          // After counts the answer's content, else the request's
	Delay    time.Duration // Delay: by how much
	Rate     int64         // Slow: bytes per second, each way

	// Of Status and Answer: what is set in the answer.
	JobStatus  string        // Job-Status
	Range      *Range        // Range; nil for what the protocol has there
	RetryAfter int           // Retry-After, in seconds; 0 for none
	ResetAfter time.Duration // RateLimit-ResetTime, from now on; 0 for none
	Interval   time.Duration // X-GitLab-Trace-Update-Interval, in whole seconds; 0 for what the protocol has there
	Location   string        // Location
	Type       string        // Content-Type
	Body       *string       // nil for what the protocol has there
	Header     []Field       // further fields, in order

	Told string // Stop: Job-Status, or "cancel" for what GitLab tells a runner when somebody presses the button
	At   Point  // Stop: when
}

// Field is one header field.
type Field struct{ Name, Value string }

// Range is what a Range says that the server holds of a trace.
type Range struct {
	Absent   bool  // there is no Range
	Relative bool  // Bytes are added to what it holds
	Bytes    int64 // else what it says
}

// Point is a moment in the life of a job: one of the three.
type Point struct {
	Age    time.Duration // since it was handed out
	Bytes  int64         // so much of its trace is held
	Pickup bool          // at the first answer of all
}
