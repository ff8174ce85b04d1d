package replay

import (
	"slices"
	"sync"
	"time"

	"runnertape/logdiff"
)

// job is one recorded job, and the lane of the job that plays it: within it
// there is an order to keep, between two of them there is none.
type job struct {
	// What its payload says. It does not change.
	id      int64     // in every path; repeats if a recording has several upstreams
	number  int64     // the id that was recorded; that of a job that is played again is another
	at      int32     // place in the index's offers
	name    string    // "build"; empty if the payload does not say
	token   string    // job token of the payload: by it git shows which job it works for
	fresh   string    // what stands for it in the payload of a job that is played again; "" in others
	clones  string    // path of the project that its runner fetches, without ".git"; "" if none
	payload recorded  // the 201 of jobs/request
	runner  identity  // that got it then
	asked   time.Time // when the poll began that got it then
	bases   []string  // base URLs under which the payload may know the upstream
	borrows []loan    // for its downloads
	needs   []int32   // places in offers of what is to be played to its end before this one is handed out
	before  int64     // id of the job that played it before; 0 if none did
	rescued int       // how many before it lost their runners
	plays   *plays    // of this recorded job
	part    *part     // that it is for; guarded by the queue's lock, as the next
	holder  *part     // that the runner plays that got it; nil for none

	tally    tally      // of requests for it
	mu       sync.Mutex // guards what follows
	past                // what was recorded; known whole from when it is handed out
	laneRead bool       // past is known whole
	lane                // what this replay did
}

// lane is how far a replay has come with a job.
type lane struct {
	phase      phase
	since      time.Time           // handed out; zero while waiting
	heardAt    time.Time           // when its runner last spoke of it
	log        tracelog            // what this runner sent
	unassured  bool                // its runner has not said yet that it takes it
	heard      bool                // an update has said that it runs
	graceful   bool                // its runner can cancel gracefully
	muted      int                 // requests being taken whose answer a fault loses
	untold     bool                // it ended in one of those, and nothing was answered since
	status     string              // Job-Status of the answers while it runs: "running", or what a stop made of it
	stopped    int                 // stops delivered
	turned     int                 // answers of 202 given to the final update
	ended      End                 // how it ended; zero while it runs
	patches    int                 // accepted, resends too
	refusals   int                 // 416 answered
	sent       []*sent             // artifacts taken
	text       []byte              // the beginning of the trace, until it is compared
	textless   bool                // it is not kept: others took the room
	compared   chan struct{}       // closed when the trace was compared; nil if it is not
	difference *logdiff.Difference // from the recorded trace; nil if it was not compared
	notes      []string            // what was odd, for the receipt; bounded
}

// phase is where a job is in its life.
type phase int

const (
	waiting phase = iota // not handed out yet
	running              // handed out, not ended
	over                 // ended
)

// state is the job's state in GitLab's words.
func (j *job) state() string {
	switch j.phase {
	case waiting:
		return "pending"
	case running:
		if j.unassured {
			return "pending"
		}
		return j.status
	}
	return j.ended.State
}

// takes tells whether trace and artifacts are taken: a runner has the job, has said so if it is one that does, and nobody has
// stopped it.
func (j *job) takes() bool { return j.phase == running && !j.unassured && !aborts(j.status) }

// maxNotes bounds the notes, and the uploads, kept of one job.
const maxNotes = 50

// note keeps a remark for the receipt, once.
func (j *job) note(text string) {
	if len(j.notes) < maxNotes && !slices.Contains(j.notes, text) {
		j.notes = append(j.notes, text)
	}
}

// stopNow delivers the recorded stops that the job has reached at an age. It
// tells whether the last of them refused the request that met it.
func (j *job) stopNow(age time.Duration) (refuse bool) {
	for j.stopped < len(j.stops) {
		s := &j.stops[j.stopped]
		if s.final || !s.reached(j.log.size, age) {
			break
		}
		j.stopped++
		j.status = s.status
		refuse = s.refused
	}
	return refuse
}

// finish ends the job once; it tells whether this was the time.
func (j *job) finish(end End) bool {
	if j.phase == over {
		return false
	}
	j.phase, j.ended = over, end
	j.bases, j.needs, j.barred = nil, nil, nil // there may be many such jobs; the rest is for the receipt
	return true
}

// like tells whether a job that ended so has ended as one did then.
func (e End) like(then End) bool {
	return then.State == "" || e.State == then.State && (e.ExitCode == then.ExitCode || e.State == "canceled")
}

// End is how a job ended.
type End struct {
	State         string `json:"state"`                    // "success", "failed", "canceled"; empty if it did not end
	FailureReason string `json:"failure_reason,omitempty"` // as the runner gave it
	ExitCode      int    `json:"exit_code,omitempty"`      // of the script, if it failed with one
}

// Upload is one uploaded artifact.
type Upload struct {
	Type     string `json:"type,omitempty"`     // artifact_type, "archive" if not said
	Format   string `json:"format,omitempty"`   // artifact_format, "zip" if not said
	Filename string `json:"filename,omitempty"` // of the part "file"
	Bytes    int64  `json:"bytes"`              // of its content
	SHA256   string `json:"sha256,omitempty"`   // of its content, hex; empty for recorded ones

	Compared *Comparison `json:"compared,omitempty"` // with the recorded one; nil if there is none
}

// kind is what the upstream knows of an artifact before it has read it.
func (u Upload) kind() string { return u.Type + " " + u.Format }

// same tells whether two uploads are of the same artifact, whatever their
// bytes: archives differ on every run in times and order.
func (u Upload) same(v Upload) bool {
	return u.Type == v.Type && u.Format == v.Format && u.Filename == v.Filename
}
