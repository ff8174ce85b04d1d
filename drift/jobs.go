package drift

import (
	"cmp"
	"strconv"

	"runnertape/decode"
)

// jobs are those of one name.
type jobs struct {
	seen
	ends tally
}

// fold keeps of a job that is over how it ended, and how its calls were answered at last, unless it was stopped.
func (s *Schema) fold(job *decode.Job) {
	s.ended++
	if s.wanted[job.ID] == job.Payload { // and not another of that number
		delete(s.wanted, job.ID)
	}
	last := map[*situation]decode.Event{}
	for _, e := range job.Events {
		if at := s.open[e.Exchange]; at != nil {
			last[at] = e
			delete(s.open, e.Exchange)
		}
	}
	name := short(job.Name)
	of := s.jobs[name]
	if of == nil && name != "" {
		if len(s.jobs) < maxJobNames {
			of = &jobs{ends: tally{}}
			s.jobs[name] = of
		} else {
			s.leftOut("jobs of more than " + strconv.Itoa(maxJobNames) + " names are not compared by name")
		}
	}
	if job.CanceledBy != nil { // what it was answered after that depends on the moment
		last = nil
	}
	for at, e := range last {
		status := noAnswer
		if e.Status != 0 {
			status = strconv.Itoa(e.Status)
		}
		at.settled.add(status, e.Exchange, maxWords)
		if of == nil {
			continue
		}
		if at.byJob[name] == nil {
			at.byJob[name] = tally{}
		}
		at.byJob[name].add(status, e.Exchange, maxWords)
	}
	if of != nil {
		of.add(cmp.Or(job.Payload, job.Events[0].Exchange))
		of.ends.add(endOf(job), lastUpdate(job), maxWords)
	}
}

// lastUpdate is the exchange in which a job said its end, or else where it begins.
func lastUpdate(job *decode.Job) uint64 {
	if n := len(job.Updates); n > 0 {
		return job.Updates[n-1].Exchange
	}
	return cmp.Or(job.Payload, job.Events[0].Exchange)
}
