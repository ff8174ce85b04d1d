package replay

import (
	"errors"

	"runnertape"
	"runnertape/decode"
)

// ofLane tells whether exchanges of a kind are part of a job's lane.
func ofLane(of *runnertape.Kind) bool {
	switch decode.Endpoint(of.Endpoint) {
	case decode.UpdateJob, decode.PatchTrace, decode.UploadArtifacts:
		return true
	}
	return false
}

// readLane reads what was recorded of the lane of a job that is to be handed out.
func (ix *index) readLane(j *job) error {
	j.mu.Lock()
	p, known := past{started: j.started}, j.laneRead
	j.mu.Unlock()
	if known {
		return nil
	}
	o := ix.offers[j.at]
	for e, err := range ix.src.Entries(o.id+1, o.last) {
		if err == nil && e.JobID == o.job && ofLane(e.Kind) {
			err = ix.see(&p, e.ID)
		}
		if err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.past, j.laneRead = p, true
	return nil
}

// see reads one exchange of a lane.
func (ix *index) see(p *past, id uint64) error {
	x, err := ix.src.Exchange(id)
	if errors.Is(err, runnertape.ErrNoExchange) { // a bounded recording was changed by a program that knows no table of contents
		return nil
	}
	if err == nil {
		p.saw(x, ix.message(x))
	}
	return err
}

// tailLength is how many of the last exchanges of a lane tell how the job ended:
// the final update, perhaps repeated, and what was said with the last patches,
// since a stop is said again with each answer.
const tailLength = 16

// readEnds reads how jobs ended, but for those whose lanes were read, without
// reading the whole of their lanes.
func (ix *index) readEnds(jobs []*job) error {
	tails := map[int32][]uint64{}
	first, last := ^uint64(0), uint64(0)
	for _, j := range jobs {
		if !j.laneRead {
			tails[j.at] = nil
			first, last = min(first, ix.offers[j.at].id), max(last, ix.offers[j.at].last)
		}
	}
	for e, err := range ix.src.Entries(first, last) {
		if err != nil {
			return err
		}
		if !ofLane(e.Kind) {
			continue
		}
		at, ok := ix.byID[e.JobID]
		for ok && ix.offers[at].id > e.ID {
			at = ix.offers[at].earlier
			ok = at >= 0
		}
		if tail, wanted := tails[at]; ok && wanted {
			if len(tail) == tailLength {
				tail = append(tail[:0], tail[1:]...)
			}
			tails[at] = append(tail, e.ID)
		}
	}
	for _, j := range jobs {
		for _, id := range tails[j.at] {
			if err := ix.see(&j.past, id); err != nil {
				return err
			}
		}
	}
	return nil
}
