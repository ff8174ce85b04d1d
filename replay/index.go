package replay

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"runnertape"
	"runnertape/decode"
)

// index is what a replay knows of its recording. At first that is what the table
// of contents tells: which jobs there are, and where they begin and end. The
// exchanges of a job are read when it is about to be handed out, and those of
// git, storage and so on when somebody asks for the first of them. Bodies stay
// where they are.
type index struct {
	src      Listed
	log      *slog.Logger
	upstream string // base URL, as the header has it
	onLost   func() // is told of each offer that turned out to have no payload

	// What was read at first. It does not change.
	offers    []offer                    // the jobs that can be handed out, in order of their 201s
	byID      map[int64]int32            // by number of the job, the last of its offers
	kinds     map[*runnertape.Kind]*kind // all that are there
	exchanges int                        // all that ended
	only      map[int64]bool             // numbers of the jobs that are handed out; nil for all
	wanted    int                        // of offers, those of such jobs

	began        time.Time       // when the first exchange was; known only if jobs come at their times
	lastRecorded int64           // the highest number of a job
	storages     map[string]bool // host:port of object storage

	mu      sync.RWMutex     // guards what follows; taken before a job's own
	jobs    map[int32]*job   // those that were looked at and are kept, by place in offers: what plays it now
	played  map[int64][]*job // the same by id, and those that were played before: more than one only in recordings of several upstreams
	lastID  int64            // the highest id of a job, recorded or given anew
	lostAt  map[int32]bool   // places in offers of those that turned out to have no payload
	tokens  map[string]int64 // id of the job by job token
	lent    map[loan]bool    // what payloads give for downloads, but for jobs' own tokens
	hosts   map[string]bool  // host:port of all that was recorded
	bases   map[string]bool  // base URLs of the upstream
	skipped int              // jobs handed out whose payload was not kept whole

	runners   lazy[runners]              // what runners were told about themselves
	downloads lazy[map[int64]*download]  // by the job that made the artifacts
	storage   lazy[map[string][]*object] // by host and path
	repos     lazy[map[string]*repo]     // by path of the project, with and without the upstream's prefix
	others    lazy[lines]                // by method and target, without the upstream's prefix
}

// offer is where a recording has one job.
type offer struct {
	job     int64  // its number
	id      uint64 // exchange with the payload
	last    uint64 // last exchange of its lane
	earlier int32  // place of the offer before this of the same number; -1 if there is none
}

// loan is a token that the payload of one job has for the download of what another, the producer, made. A job token may be
// signed anew each time that GitLab says it, and so need not be the one that the producer has.
type loan struct {
	producer int64 // its number
	token    string
}

// kind is what is known of the exchanges of one kind.
type kind struct {
	count int    // of them
	first uint64 // one of them
}

// readIndex reads the table of contents, and a job of each host. It tells lost of each job
// that seemed to be there, and when it is looked at is not. Only jobs of these numbers are
// handed out, nil for all.
func readIndex(src Source, log *slog.Logger, only []int64, lost func()) (*index, error) {
	slow := time.AfterFunc(time.Second, func() {
		log.Info("the recording has no table of contents, or not of all of it: its exchanges are read; `proxy compact` makes one")
	})
	defer slow.Stop()
	all, err := listed(src)
	if err != nil {
		return nil, fmt.Errorf("read recording: %w", err)
	}
	ix := &index{
		src:      all,
		log:      log,
		onLost:   lost,
		upstream: src.Header().Upstream,
		byID:     map[int64]int32{},
		kinds:    map[*runnertape.Kind]*kind{},
		storages: map[string]bool{},
		jobs:     map[int32]*job{},
		played:   map[int64][]*job{},
		lostAt:   map[int32]bool{},
		tokens:   map[string]int64{},
		lent:     map[loan]bool{},
		hosts:    map[string]bool{},
		bases:    map[string]bool{},
	}
	ix.knows(ix.upstream)
	if err := ix.readEntries(); err != nil {
		return nil, err
	}
	if err := ix.choose(only); err != nil {
		return nil, err
	}
	ix.makeLazy()
	return ix, ix.seeHosts()
}

// readEntries goes through the table of contents.
func (ix *index) readEntries() error {
	var of *runnertape.Kind // the kind seen last
	var here *kind
	for e, err := range ix.src.Entries(0, ^uint64(0)) {
		if err != nil {
			return fmt.Errorf("read recording: %w", err)
		}
		if e.Kind != of {
			of, here = e.Kind, ix.kinds[e.Kind]
			if here == nil {
				here = &kind{first: e.ID}
				ix.kinds[of] = here
			}
		}
		here.count++
		if e.JobID < 1<<53 { // what JSON readers take for a number
			ix.lastRecorded = max(ix.lastRecorded, e.JobID)
		}
		switch decode.Endpoint(of.Endpoint) {
		case decode.UpdateJob, decode.PatchTrace, decode.UploadArtifacts:
			if at, ok := ix.byID[e.JobID]; ok {
				ix.offers[at].last = e.ID
			}
		case decode.RequestJob:
			if of.Status == 201 {
				ix.addOffer(e)
			}
		case "":
			return fmt.Errorf("exchange %d is not decoded", e.ID)
		}
	}
	for _, k := range ix.kinds {
		ix.exchanges += k.count
	}
	ix.lastID = ix.lastRecorded
	return nil
}

// addOffer takes a job that was handed out.
func (ix *index) addOffer(e runnertape.Entry) {
	if !e.Kind.Whole || !e.Kind.Kept || e.JobID == 0 {
		ix.skip(e.ID, e.JobID)
		return
	}
	earlier, ok := ix.byID[e.JobID]
	if !ok {
		earlier = -1
	}
	ix.byID[e.JobID] = int32(len(ix.offers))
	ix.offers = append(ix.offers, offer{job: e.JobID, id: e.ID, last: e.ID, earlier: earlier})
}

// skip counts a job that cannot be handed out again.
func (ix *index) skip(id uint64, job int64) {
	ix.skipped++
	ix.log.Warn("job cannot be replayed: its payload was not recorded whole", "exchange", id, "job", job)
}

// looksFirst is how many jobs are looked at before the first request: for the hosts that
// their payloads name, and for their tokens.
const looksFirst = 64

// seeHosts finds the hosts of the recording: those that were asked, and those that
// payloads name. Of each host that gave jobs the first is looked at in any case.
func (ix *index) seeHosts() error {
	for of, k := range ix.kinds {
		host := hostPort(of.Scheme, of.Host)
		ix.hosts[host] = true
		switch decode.Endpoint(of.Endpoint) {
		case decode.ObjectStorage:
			ix.storages[host] = true
		case decode.RequestJob:
			if at, ok := ix.offerOf(k.first); ok {
				if _, err := ix.look(at); err != nil {
					return fmt.Errorf("read recording: %w", err)
				}
			}
		}
	}
	for at := range int32(min(looksFirst, len(ix.offers))) {
		if _, err := ix.look(at); err != nil {
			return fmt.Errorf("read recording: %w", err)
		}
	}
	return nil
}

// offerOf is the place of the offer that an exchange is.
func (ix *index) offerOf(id uint64) (at int32, ok bool) {
	i, ok := slices.BinarySearchFunc(ix.offers, id, func(o offer, id uint64) int { return cmp.Compare(o.id, id) })
	return int32(i), ok
}

// count is how many exchanges there are of kinds that fit.
func (ix *index) count(fits func(*runnertape.Kind) bool) (n int) {
	for of, k := range ix.kinds {
		if fits(of) {
			n += k.count
		}
	}
	return n
}
