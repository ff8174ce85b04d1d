package findings

import (
	"slices"
	"time"

	"runnertape"
	"runnertape/decode"
)

// maxJobs bounds the jobs of which a Finder keeps what single exchanges told;
// of more, those seen first are forgotten.
const maxJobs = 100_000

// Finder looks for what is odd in one recording. Its memory does not grow with
// the number of polls: what repeats is counted.
type Finder struct {
	// GoesOn says that the recording is being made: what is not over yet is then nothing to tell.
	GoesOn bool

	jobs    map[int64][]*aside // of each number in order of hand-out
	order   []int64            // numbers of jobs, as they first appeared
	runners runners
	calls   calling
	said    tally     // about neither a job nor a runner
	end     time.Time // of the recording, as far as it was seen

	opened    opened // in flight when it ended, of no job
	openPolls opened // and polls
}

// New returns a Finder that has seen nothing.
func New() *Finder { return &Finder{jobs: make(map[int64][]*aside), calls: calling{}} }

// exchangeRules judge single exchanges, in this order.
var exchangeRules = []func(*seen){
	pollAnswered, jobOver, routerDiscovered, registered, verified, unregistered, tokenReset, tokenAge, tokenLength, systemID,
	payloadRead, tokenOfJob, featuresMissing, timeoutMissing,
	uploadAnswered, uploadRedirected, downloadAnswered, gitAnswered, storageAnswered, cacheAnswered, tokenForwarded,
	callRedirected, rateLimited, retried, bodyMissing, unreachable, brokenOff, inFlight, slow, clocks, debugTrace, unknownParts, notRead,
}

// Add takes one exchange in, in order of id. m is its message; nil means that of
// x.Decoded.
func (f *Finder) Add(x *runnertape.Exchange, m decode.Message) {
	for _, t := range []time.Time{x.Started, x.Replied, x.Ended} {
		if t.After(f.end) {
			f.end = t
		}
	}
	if m == nil {
		m, _ = decode.ParseMessage(x.Decoded) // nil if it is not readable: then only the endpoint counts
	}
	s := &seen{x: x, m: m, finder: f}
	f.place(s)
	for _, rule := range exchangeRules {
		rule(s)
	}
}

// place finds out whom an exchange belongs to.
func (f *Finder) place(s *seen) {
	x := s.x
	if x.Response != nil && !x.Response.Ours {
		s.status = x.Response.Status
	}
	if x.Decoded != nil {
		s.endpoint, s.jobID = decode.Endpoint(x.Decoded.Endpoint), x.Decoded.JobID
		s.version = decode.ParseVersion(x.Decoded.Runner.Version)
		s.runner = f.runners.of(x)
	} else { // in flight when the recorder stopped: the request line is all there is
		call := decode.Classify(x.Request.Method, x.Request.Path())
		if s.endpoint = call.Endpoint; s.endpoint != decode.DownloadArtifacts {
			s.jobID = call.JobID
		}
	}
	s.to = &f.said
	if s.runner != nil {
		s.to = &s.runner.said
	}
	if s.jobID > 0 {
		s.side = f.aside(s)
		s.side.learn(s)
		s.to = &s.side.said
	}
}

// Findings are those about a job, the worst first. The log may be nil; then
// nothing is said of what only its bytes tell.
func (f *Finder) Findings(job *decode.Job, log *decode.Log) []Finding {
	side := new(aside)
	known := f.jobs[job.ID]
	at, _ := slices.BinarySearchFunc(known, job.PickedUp, func(a *aside, t time.Time) int { return a.pickedUp.Compare(t) })
	if i := slices.IndexFunc(known[at:], func(a *aside) bool { return a.payload == job.Payload }); i >= 0 {
		side = known[at+i]
	}
	v := newView(job, log, side, f.end)
	for _, rule := range jobRules {
		rule(v)
	}
	side.opened.report(v.said, f.end)
	list := f.over(v.said.sorted())
	for i := range list {
		list[i].JobID = job.ID
	}
	return list
}

// Others are findings about exchanges that belong to no job and no runner, the
// worst first.
func (f *Finder) Others() []Finding {
	said := f.said.clone()
	f.opened.report(said, f.end)
	f.openPolls.report(said, f.end)
	return f.over(said.sorted())
}

// over leaves out what is found only because the recording ends, if it does not.
func (f *Finder) over(list []Finding) []Finding {
	if !f.GoesOn {
		return list
	}
	return slices.DeleteFunc(list, func(found Finding) bool {
		return found.Kind == stillOpen.Name || found.Kind == jobUnfinished.Name || found.Kind == finalPending.Name
	})
}
