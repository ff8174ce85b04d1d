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
		if err := ix.seeTail(&j.past, tails[j.at]); err != nil {
			return err
		}
	}
	return nil
}

// seeTail reads the last exchanges of a lane, from the last patch that was accepted on: its answer says
// whether the job was stopped.
func (ix *index) seeTail(p *past, tail []uint64) error {
	from := len(tail)
	for from > 0 {
		from--
		x, err := ix.src.Exchange(tail[from])
		if err != nil && !errors.Is(err, runnertape.ErrNoExchange) {
			return err
		}
		if err == nil && x.Decoded != nil && decode.Endpoint(x.Decoded.Endpoint) == decode.PatchTrace && x.Status() == 202 {
			break
		}
	}
	for _, id := range tail[from:] {
		if err := ix.see(p, id); err != nil {
			return err
		}
	}
	return nil
}
