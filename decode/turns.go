package decode

import "time"

// Turn is something the upstream or the runner did that is not the ordinary
// course of a job, or the same thing several times in a row. One answer makes
// one Turn at most.
type Turn struct {
	Kind      TurnKind  `json:"kind"`                 // what happened
	Endpoint  Endpoint  `json:"endpoint"`             // of the first exchange
	Status    int       `json:"status"`               // code; 0 if the answer was lost
	JobStatus string    `json:"job_status,omitempty"` // Job-Status of the answer
	First     uint64    `json:"first"`                // exchange
	Last      uint64    `json:"last"`                 // exchange, the same as First if it was one
	Count     int       `json:"count"`                // how many exchanges
	Began     time.Time `json:"began"`                // when the first was sent, UTC
	Ended     time.Time `json:"ended"`                // when the last was over, UTC; of [Accepted] when the update was answered in another way, if it was
	Start     *int64    `json:"start,omitempty"`      // of [Mismatch]: where the patch begins
	Held      *int64    `json:"held,omitempty"`       // of [Mismatch]: trace bytes the upstream said it holds; nil if it did not
}

// TurnKind says what a [Turn] is.
type TurnKind string

// The kinds of turns.
const (
	Accepted  TurnKind = "accepted"   // a final update was answered 202: ask again
	Mismatch  TurnKind = "mismatch"   // a patch was answered 416: it does not begin where the upstream is
	SendAgain TurnKind = "send_again" // a final update was answered 412: send the whole trace again
	Refused   TurnKind = "refused"    // 4xx but those two
	Failed    TurnKind = "failed"     // 5xx, or a code that means failure there, as 200 does for a patch
	Lost      TurnKind = "lost"       // no answer came, or a download broke off
	Stopped   TurnKind = "stopped"    // Job-Status canceling, canceled or failed before the final update, with an answer that is good
	KeptAlive TurnKind = "kept_alive" // updates that say "running", but for the first one of a pickup; all that were answered well, in one Turn
)

// Turns are those of the job, in order of their first exchange. What an endpoint
// answers again and again makes one Turn, and so do all keep-alives, and all
// answers that stop the job in the same way. Calls that a job script makes of its
// own are left out, and git's first request, to which 401 is the usual answer.
func (j *Job) Turns() []Turn {
	var turns []Turn
	before := map[any]int{} // where the Turn is that may go on
	for i := range j.Events {
		e := &j.Events[i]
		t := j.turn(e)
		var key any = e.Endpoint
		switch t.Kind {
		case KeptAlive:
			key = KeptAlive
		case Stopped:
			key = t.JobStatus
		}
		at, known := before[key]
		if known && turns[at].same(t) {
			turns[at].Last, turns[at].Ended = t.Last, t.Ended
			turns[at].Count++
			continue
		}
		if known && turns[at].Kind == Accepted {
			turns[at].Ended = e.Ended
		}
		delete(before, key)
		if t.Kind != "" {
			before[key] = len(turns)
			turns = append(turns, t)
		}
	}
	return turns
}

// same tells whether next is more of t.
func (t Turn) same(next Turn) bool {
	same := func(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }
	return t.Kind == KeptAlive && next.Kind == KeptAlive || t.Kind == next.Kind && t.Status == next.Status && t.JobStatus == next.JobStatus &&
		same(t.Start, next.Start) && same(t.Held, next.Held)
}

func (j *Job) turn(e *Event) Turn {
	t := Turn{
		Kind: j.kind(e), Endpoint: e.Endpoint, Status: e.Status,
		First: e.Exchange, Last: e.Exchange, Count: 1, Began: e.At, Ended: e.Ended,
	}
	if p := at(j.Patches, e.Exchange, Patch.exchange); p != nil {
		t.JobStatus = p.JobStatus
		if t.Kind == Mismatch {
			t.Start, t.Held = &p.Start, p.Held
		}
	}
	if u := at(j.Updates, e.Exchange, Update.exchange); u != nil {
		t.JobStatus = u.JobStatus
	}
	return t
}

// kind says what the answer to an exchange of the job means, "" if it is the ordinary one.
func (j *Job) kind(e *Event) TurnKind {
	p := at(j.Patches, e.Exchange, Patch.exchange)
	u := at(j.Updates, e.Exchange, Update.exchange)
	good := e.Status >= 200 && e.Status < 400
	switch {
	case e.Endpoint == RequestJob, e.Endpoint == Unknown, e.Endpoint == Git && e.Status == 401:
		return ""
	case e.Status == 0:
		return Lost
	case p != nil && e.Status == 416:
		return Mismatch
	case u != nil && u.Final() && e.Status == 202:
		return Accepted
	case u != nil && u.Final() && e.Status == 412:
		return SendAgain
	case e.Status >= 400 && e.Status < 500:
		return Refused
	case !good, p != nil && e.Status != 202, e.Endpoint == UploadArtifacts && e.Status < 300 && e.Status != 201:
		return Failed
	case p != nil && cancels(p.JobStatus), u != nil && !u.Final() && cancels(u.JobStatus):
		return Stopped
	case u != nil && !u.Final() && !u.Pickup:
		return KeptAlive
	case e.Failure != "" && (e.Endpoint == DownloadArtifacts || e.Endpoint == ObjectStorage || e.Endpoint == Git):
		return Lost
	}
	return ""
}
