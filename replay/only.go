package replay

import (
	"runnertape"
	"runnertape/decode"
)

// noSuchJob says that the recording does not have a job.
func (ix *index) noSuchJob(id int64) *runnertape.NoSuchJob {
	e := &runnertape.NoSuchJob{ID: id}
	for _, o := range ix.offers[:min(runnertape.MaxHas, len(ix.offers))] {
		e.Has = append(e.Has, o.job)
	}
	return e
}

// choose takes note that only jobs of these numbers are handed out; nil for all.
func (ix *index) choose(only []int64) error {
	ix.wanted = len(ix.offers)
	if only == nil {
		return nil
	}
	ix.only = map[int64]bool{}
	for _, id := range only {
		if _, ok := ix.byID[id]; !ok {
			return ix.noSuchJob(id)
		}
		ix.only[id] = true
	}
	ix.wanted = 0
	for _, o := range ix.offers {
		if ix.only[o.job] {
			ix.wanted++
		}
	}
	return nil
}

// wants tells whether the job at a place in offers is to be handed out.
func (ix *index) wants(at int32) bool { return ix.only == nil || ix.only[ix.offers[at].job] }

// isOthers tells whether x is for a cache, and of a job that is not handed out: what such jobs leave for later ones counts as done,
// so that only what the later ones were given is true.
func (ix *index) isOthers(x *runnertape.Exchange) bool {
	d := x.Decoded
	return ix.only != nil && decode.Endpoint(d.Endpoint) == decode.Cache && d.JobID != 0 && !ix.only[d.JobID]
}

// next is the job at a place in offers, if it is to be handed out; else nil.
func (ix *index) next(at int32) (*job, error) {
	if !ix.wants(at) {
		return nil, nil
	}
	return ix.look(at)
}
