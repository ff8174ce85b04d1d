package decode

import "time"

// Phase is a part of a job's time. Phases may overlap: a job can be queued in
// GitLab while the request that brings it is held.
type Phase struct {
	Name  PhaseName `json:"name"`            // which
	Began time.Time `json:"began"`           // UTC
	Ended time.Time `json:"ended,omitzero"`  // UTC; zero if its end was not recorded
	First uint64    `json:"first,omitempty"` // exchange it begins with; 0 if none was recorded
	Last  uint64    `json:"last,omitempty"`  // exchange it ends with, the same as First or later
}

// Duration is how long the phase took, 0 if its end was not recorded, or if the
// clock was set back.
func (p *Phase) Duration() time.Duration {
	if p.Ended.IsZero() {
		return 0
	}
	return max(0, p.Ended.Sub(p.Began))
}

// PhaseName says which part of a job's time it is.
type PhaseName string

// The phases, in their order.
const (
	Queued    PhaseName = "queued"    // it waited in GitLab, as GitLab says since 16.4, up to the hand-out
	Requested PhaseName = "request"   // the poll that brought it, from its head to that of the answer; with long polling much of it is waiting
	PickedUp  PhaseName = "pickup"    // from the hand-out to the first exchange of the job; since 18.5 the update that says "running"
	Running   PhaseName = "running"   // from then to the first update with a final state
	Finishing PhaseName = "finishing" // from then until one was answered for good
)

// Phases are those of the job that were recorded, in order. A job whose
// beginning was not recorded is running from its first exchange on. One that
// never sent a final update has no end of running and does not finish, and one
// that the runner dropped when it was picked up does not run.
func (j *Job) Phases() []Phase {
	var phases []Phase
	if j.Payload != 0 {
		if j.Queued > 0 {
			phases = append(phases, Phase{Name: Queued, Began: j.PickedUp.Add(-j.Queued), Ended: j.PickedUp, First: j.Payload, Last: j.Payload})
		}
		phases = append(phases, Phase{Name: Requested, Began: j.RequestedAt, Ended: j.PickedUp, First: j.Payload, Last: j.Payload})
	}
	var first *Event // of the job after the hand-out
	for i := range j.Events {
		if e := &j.Events[i]; e.Exchange != j.Payload && (first == nil || e.At.Before(first.At)) {
			first = e
		}
	}
	if first == nil {
		return phases
	}
	if j.Payload != 0 {
		phases = append(phases, Phase{Name: PickedUp, Began: j.PickedUp, Ended: first.At, First: j.Payload, Last: first.Exchange})
	}
	final, last := j.finals()
	switch {
	case final == nil && len(j.Updates) == 1 && j.Updates[0].Dropped() && len(j.Patches) == 0:
		return phases
	case final == nil:
		return append(phases, Phase{Name: Running, Began: first.At, First: first.Exchange, Last: j.Events[len(j.Events)-1].Exchange})
	case final.At.After(first.At): // or the job never ran
		phases = append(phases, Phase{Name: Running, Began: first.At, Ended: final.At, First: first.Exchange, Last: final.Exchange})
	}
	return append(phases, Phase{Name: Finishing, Began: final.At, Ended: j.Ended, First: final.Exchange, Last: last.Exchange})
}

// finals are the first and the last update with a final state; nil if there is none.
func (j *Job) finals() (first, last *Update) {
	for i := range j.Updates {
		if u := &j.Updates[i]; u.Final() {
			if first == nil {
				first = u
			}
			last = u
		}
	}
	return first, last
}
