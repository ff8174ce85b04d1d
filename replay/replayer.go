package replay

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"runnertape/decode"
	"runnertape/faults"
	"runnertape/received"
)

// Options are the choices of a replay. The zero value is a good one.
type Options struct {
	Logger        *slog.Logger                              // where to tell what happens; nil for nowhere
	TraceInterval time.Duration                             // how often runners send their trace, in whole seconds; 0 for 3 s, AsRecorded for what they were told then
	Pace          float64                                   // how many times as fast as recorded things happen that take a time: stops, and what is AsRecorded; 0 for as fast as runners are
	Hold          time.Duration                             // how long a poll is held if there is no job, as GitLab's long polling does; 0 not at all, AsRecorded as long as the longest then
	AtTimes       bool                                      // jobs are handed out not before their recorded time since the first exchange; else to whoever asks
	Now           func() time.Time                          // clock; nil for time.Now
	Jobs          []int64                                   // numbers of the jobs that are handed out; nil for all. What they need counts as done if it is not among them
	Loop          bool                                      // when all jobs were handed out, again from the first, for ever
	LostAfter     time.Duration                             // how long a job may be silent before it is offered again; 0 for DefaultLostAfter, or what the interval of its trace makes necessary; less for never
	Trace         func(jobID, offset int64, content []byte) // is given each piece of trace as it is appended, in order for each job; nil if nobody wants it. content is its only during the call
	Rebuild       func([]GitAnswer) (Repository, error)     // makes a repository of what was recorded of it; nil for nobody: git is answered with recorded bytes
	Faults        *faults.Set                               // what goes wrong; nil for nothing
	Received      *received.Store                           // keeps what is uploaded, as long as the replay may be asked for it; nil for a temporary file that goes with the process
	Reached       func(scheme, host string) bool            // whether a runner that has us for its proxy comes to us, too, for a host of the recording, host:port; nil for never
	Ending        <-chan struct{}                           // closed when the replay is to end: what a fault holds up is held no longer; nil for never
}

// Replayer answers runners from a recording.
type Replayer struct {
	src       Source
	key       []byte // of the recording's stand-ins; nil if it has kept its secrets
	log       *slog.Logger
	interval  time.Duration
	now       func() time.Time
	trace     func(jobID, offset int64, content []byte)
	rebuild   func([]GitAnswer) (Repository, error)
	faults    *faults.Set
	ending    <-chan struct{}
	loop      bool
	pace      float64       // times faster than recorded; 0 for as fast as runners are
	atTimes   bool          // jobs come at their recorded times
	longPoll  time.Duration // how long polls are held; 0 for not at all
	lostAfter time.Duration // 0 for as long as runners need, less for never
	received  *received.Store
	reached   func(scheme, host string) bool
	keepless  atomic.Bool  // something could not be kept, and that was said
	began     time.Time    // when New was called
	first     atomic.Int64 // when the first request came, in nanoseconds since 1970; 0 before
	index     *index
	queue     queue
	left      atomic.Int64  // jobs that have not ended
	ends      atomic.Int64  // jobs that have
	done      chan struct{} // closed when none is left
	atEnd     turnstile     // lets through at each end
	tallies   tallies
	texts     atomic.Int64  // bytes of traces that are kept
	comparing chan struct{} // has one for each trace that is being compared
	largeAsks chan struct{} // has one for each long request of git's that is held
	anonymous atomic.Int64  // of the answers, those found without credentials

	bodies pollBodies
	rooms  sync.Pool // of *bytes.Buffer: room for the bodies of patches, polls and updates, most of what comes

	mu          sync.Mutex // guards what follows
	misses      []Miss
	wrongTokens []Miss             // requests with the token of another job, or of none
	caches      map[string]*cached // by where they are
	notes       []string           // what was odd and belongs to no job; bounded
}

// New reads the recording's table of contents, or all exchanges of a recording
// that has none. Others are read when they are needed. The error is a
// [runnertape.NoSuchJob] if the recording does not have a job of o.
func New(src Source, o Options) (*Replayer, error) {
	r := &Replayer{
		src:       src,
		key:       src.Header().Key,
		log:       o.Logger,
		interval:  o.TraceInterval,
		now:       o.Now,
		trace:     o.Trace,
		rebuild:   o.Rebuild,
		faults:    o.Faults,
		ending:    o.Ending,
		loop:      o.Loop,
		lostAfter: o.LostAfter,
		pace:      o.Pace,
		atTimes:   o.AtTimes,
		received:  o.Received,
		caches:    map[string]*cached{},
		reached:   o.Reached,
		done:      make(chan struct{}),
		tallies:   newTallies(),
		comparing: make(chan struct{}, 2),
		largeAsks: make(chan struct{}, maxLargeAsks),
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.interval == 0 {
		r.interval = defaultInterval
	}
	if r.received == nil {
		r.received = received.Temporary("")
	}
	if r.now == nil {
		r.now = time.Now
	}
	r.began = r.now()
	var err error
	r.left.Store(uncounted)
	if r.index, err = readIndex(src, r.log, o.Jobs, r.gone); err != nil {
		return nil, err
	}
	if r.atTimes {
		if err := r.index.readBegan(); err != nil {
			return nil, fmt.Errorf("read recording: %w", err)
		}
	}
	if err := r.readHold(o.Hold); err != nil {
		return nil, fmt.Errorf("read recording: %w", err)
	}
	r.queue.out = map[*job]bool{}
	r.queue.rest = handouts{ix: r.index, look: r.index.next}
	if r.left.Add(int64(r.index.wanted)-uncounted) == 0 {
		close(r.done)
	}
	return r, nil
}

// uncounted is more than the jobs of any recording, for as long as they are not counted.
const uncounted = 1 << 40

// gone counts a job that has ended, or can never be handed out. With the last one the
// replay is done, unless it begins anew.
func (r *Replayer) gone() {
	r.ends.Add(1)
	r.atEnd.ring()
	if r.left.Add(-1) == 0 && !r.loop {
		close(r.done)
	}
}

// Done is closed when every recorded job was handed out and has ended; at once
// if there are none, and never in a loop.
func (r *Replayer) Done() <-chan struct{} { return r.done }

// ServeHTTP answers one request. If its URL has a host the runner named that
// host as if it were the real one; else the runner's base URL is ours.
func (r *Replayer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	req = fromElsewhere(req)
	if r.first.Load() == 0 {
		r.first.CompareAndSwap(0, r.now().UnixNano())
	}
	defer r.wake()
	call := r.classify(req)
	if r.faults == nil {
		r.count(call, r.answer(w, req, call))
		return
	}
	r.count(call, r.meet(w, req, call))
}

// classify finds out which call a request is.
func (r *Replayer) classify(req *http.Request) decode.Call {
	call := decode.Classify(req.Method, req.URL.EscapedPath())
	switch {
	case r.isObject(req):
		call = decode.Call{Endpoint: decode.ObjectStorage}
	case call.Endpoint == decode.Unknown && decode.IsCache(req.Method, req.URL.EscapedPath(), req.URL.RawQuery):
		call.Endpoint = decode.Cache
	}
	return call
}

// answer finds the rule that a request falls under.
func (r *Replayer) answer(w http.ResponseWriter, req *http.Request, call decode.Call) outcome {
	switch call.Endpoint {
	case decode.ObjectStorage:
		return r.object(w, req)
	case decode.RequestJob:
		return r.requestJob(w, req, here(req, call.Prefix))
	case decode.UpdateJob:
		return r.updateJob(w, req, call.JobID)
	case decode.PatchTrace:
		return r.patchTrace(w, req, call.JobID)
	case decode.UploadArtifacts:
		return r.uploadArtifacts(w, req, call.JobID)
	case decode.DownloadArtifacts:
		return r.downloadArtifacts(w, req, call)
	case decode.VerifyRunner, decode.RegisterRunner, decode.ResetToken, decode.UnregisterRunner, decode.UnregisterRunnerManager:
		return r.runnerCall(w, req, call)
	case decode.RouterDiscovery:
		return reply{
			status: http.StatusNotImplemented, // then the runner polls (gitlab-runner router/client.go)
			body:   message{"Job Router is not available. Please contact your administrator."},
		}.write(w)
	case decode.Git:
		return r.git(w, req, call)
	}
	return r.other(w, req, call)
}
