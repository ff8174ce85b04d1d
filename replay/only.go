package replay

import (
	"fmt"
	"strconv"
	"strings"
)

// NoSuchJob is a job to hand out that the recording does not have.
type NoSuchJob struct {
	ID  int64   // what was asked for
	Has []int64 // the first that there are
}

func (e *NoSuchJob) Error() string {
	if len(e.Has) == 0 {
		return fmt.Sprintf("job %d is not in the recording, nor is any other", e.ID)
	}
	has := make([]string, len(e.Has))
	for i, id := range e.Has {
		has[i] = strconv.FormatInt(id, 10)
	}
	return fmt.Sprintf("job %d is not in the recording; it has %s", e.ID, strings.Join(has, ", "))
}

// noSuchJob says that the recording does not have a job.
func (ix *index) noSuchJob(id int64) *NoSuchJob {
	e := &NoSuchJob{ID: id}
	for _, o := range ix.offers[:min(maxHas, len(ix.offers))] {
		e.Has = append(e.Has, o.job)
	}
	return e
}

// maxHas is how many jobs a NoSuchJob names.
const maxHas = 8

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

// next is the job at a place in offers, if it is to be handed out; else nil.
func (ix *index) next(at int32) (*job, error) {
	if !ix.wants(at) {
		return nil, nil
	}
	return ix.look(at)
}
