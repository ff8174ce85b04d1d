package replay

import (
	"sync/atomic"

	"runnertape/decode"
)

// Requests are how many requests were answered how.
type Requests struct {
	Served      int64 `json:"served"`            // with recorded bytes
	Synthesised int64 `json:"synthesised"`       // by the protocol's rules
	Missed      int64 `json:"missed"`            // not at all: the recording has no answer
	Faulted     int64 `json:"faulted,omitempty"` // as a fault file has it, and not as it would have been
}

// All is how many there were.
func (r Requests) All() int64 { return r.Served + r.Synthesised + r.Missed + r.Faulted }

// tally counts requests. The zero value has counted none.
type tally [4]atomic.Int64

func (t *tally) requests() Requests {
	return Requests{t[served].Load(), t[synthesised].Load(), t[missed].Load(), t[faulted].Load()}
}

// tallies count requests by what they ask of whom.
type tallies map[decode.Endpoint]*tally

func newTallies() tallies {
	t := tallies{}
	for _, e := range decode.Endpoints() {
		t[e] = &tally{}
	}
	return t
}

// count counts a request, with its job, if it is one of the recording.
func (r *Replayer) count(call decode.Call, o outcome) {
	r.tallies[call.Endpoint][o].Add(1)
	if call.JobID == 0 || call.Endpoint == decode.DownloadArtifacts { // that names another job
		return
	}
	if j := r.index.job(call.JobID); j != nil {
		j.tally[o].Add(1)
	}
}

// byEndpoint are the requests of each endpoint that was asked.
func (t tallies) byEndpoint() map[decode.Endpoint]Requests {
	all := map[decode.Endpoint]Requests{}
	for e, one := range t {
		if r := one.requests(); r.All() > 0 {
			all[e] = r
		}
	}
	return all
}

// sum are the requests of all endpoints.
func (t tallies) sum() (all Requests) {
	for _, one := range t {
		r := one.requests()
		all.Served += r.Served
		all.Synthesised += r.Synthesised
		all.Missed += r.Missed
		all.Faulted += r.Faulted
	}
	return all
}
