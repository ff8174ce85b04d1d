package findings

import (
	"time"

	"runnertape/decode"
)

// opened is the exchange of one owner that is in flight since longest.
type opened struct {
	exchange uint64
	endpoint decode.Endpoint
	started  time.Time
	count    int
}

func (o *opened) meet(s *seen) {
	if o.count++; o.count == 1 || s.x.Started.Before(o.started) {
		o.exchange, o.endpoint, o.started = s.x.ID, s.endpoint, s.x.Started
	}
}

// report says how long it is open. Its recorder may also have been killed, and
// another have gone on with the recording.
func (o *opened) report(to *tally, end time.Time) {
	if o.count == 0 {
		return
	}
	since := end.Sub(o.started)
	more := ""
	if o.count > 1 {
		more = ", and " + count(o.count-1, "other") + " after it"
	}
	switch {
	case o.endpoint == decode.RequestJob:
		to.say(stillOpen, o.exchange, "a poll is held when the recorder stops or the recording ends, %s later%s", span(since), more)
	case since > stuckAfter && o.endpoint != decode.UploadArtifacts && o.endpoint != decode.Git:
		to.say(stuck, o.exchange, "%s has no answer when the recorder stops or the recording ends, %s later%s", calls[o.endpoint], span(since), more)
	default:
		to.say(stillOpen, o.exchange, "%s is open when the recorder stops or the recording ends, %s later%s", calls[o.endpoint], span(since), more)
	}
}

// open keeps an exchange in flight with its job, or with those that have none.
func (f *Finder) open(s *seen) {
	o := &f.opened
	switch {
	case s.side != nil:
		o = &s.side.opened
	case s.endpoint == decode.RequestJob:
		o = &f.openPolls
	}
	o.meet(s)
}
