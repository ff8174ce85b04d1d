package decode

import (
	"time"

	"runnertape"
)

// HandOut is what tells the jobs of one number apart.
type HandOut struct {
	Payload  uint64    // exchange that handed the job out; 0 if that was not seen
	PickedUp time.Time // when that was answered, UTC
	Began    time.Time // when the job's first exchange began, UTC
}

// slack is by how much an exchange may seem to begin before its job was handed out:
// times of imported captures are rounded, and clocks are set back.
const slack = time.Second

// WhichJob says to which job of its number an exchange with message m belongs: the i-th
// of the n that are known, in order of hand-out, or one that has to be put in there. A number that
// is handed out again is a new job, and what begins before that belongs to the
// one before. An exchange from before the first hand-out is of a job whose own was not
// recorded.
func WhichJob(x *runnertape.Exchange, m Message, n int, job func(i int) HandOut) (i int, known bool) {
	if m, ok := m.(*RequestJobMessage); !ok || m.Job == nil {
		for i := n - 1; i >= 0; i-- {
			if !x.Started.Add(slack).Before(job(i).PickedUp) {
				return i, true
			}
		}
		return 0, n > 0 && x.ID > job(0).Payload // whatever the clock says
	}
	at := answered(x)
	if n > 0 && job(0).Payload == 0 && !job(0).Began.Before(at) {
		return 0, true // its hand-out comes late; no other can be without one
	}
	for i = n; i > 0 && job(i-1).PickedUp.After(at); {
		i--
	}
	return i, false
}
