package trim

import (
	"iter"
	"slices"

	"runnertape"
	"runnertape/decode"
)

// AllPolls is the number of polls that leaves none out.
const AllPolls = -1

// Rules say how much is kept around what is asked for.
type Rules struct {
	Polls int  // of each row of polls that brought nothing, between two answers of another kind, how many are kept, the last ones; or AllPolls
	Exact bool // only what is asked for, also if that does not replay
}

// Choice is what is kept of a recording.
type Choice struct {
	rules Rules
	all   bool   // everything was asked for
	last  uint64 // the highest id that was read: a recording that is being made may have more by now
	asked runs   // exchanges of no job that were asked for; with Exact all that were

	inFlight []uint64 // ids of exchanges that have not ended, which no table of contents has

	jobs    map[int64]*job
	runners map[string]bool // short tokens
	spans   []span          // when jobs ran, in order, without overlap
	polls   []uint64        // ids of those that are kept, in order
	storage storage
	git     projects
}

// job is one that is kept.
type job struct {
	handed  bool // the exchange that handed it out is there
	span    span
	last    uint64          // its last exchange
	project string          // that it clones; "" if it does not
	fetched map[string]bool // projects that git fetched for it; true if that built on nothing
}

// Choose decides what is kept of a recording. What is asked for is yielded in order, of each exchange its id and job ([JobOf]); nil
// asks for all. An error of either is returned as it is.
func Choose(all iter.Seq2[*runnertape.Exchange, error], asked iter.Seq2[runnertape.Entry, error], rules Rules) (*Choice, error) {
	c := &Choice{rules: rules, all: asked == nil, jobs: map[int64]*job{}, runners: map[string]bool{}, storage: newStorage(), git: projects{}}
	if asked != nil {
		for e, err := range asked {
			if err != nil {
				return nil, err
			}
			if e.JobID != 0 && !rules.Exact {
				c.jobs[e.JobID] = &job{fetched: map[string]bool{}}
			} else {
				c.asked.add(e.ID)
			}
		}
	}
	rows := rows{}
	for x, err := range all {
		if err != nil {
			return nil, err
		}
		if c.last = x.ID; x.State != runnertape.Done {
			c.inFlight = append(c.inFlight, x.ID)
		}
		if !c.all && !rules.Exact {
			c.see(x)
		}
		c.seePoll(rows, x)
	}
	for _, r := range rows {
		c.endRow(r, c.all)
	}
	slices.Sort(c.polls)
	c.polls = slices.Compact(c.polls)
	c.settle()
	return c, nil
}

// settle draws conclusions from what was seen.
func (c *Choice) settle() {
	for _, j := range c.jobs {
		c.spans = append(c.spans, j.span)
		if j.project != "" {
			j.fetched[j.project] = j.fetched[j.project] || j.fetchedAs(j.project)
		}
		for project, whole := range j.fetched {
			c.git.use(project, j.last, whole)
		}
	}
	c.spans = united(c.spans)
}

// Keeps tells whether an exchange is kept.
func (c *Choice) Keeps(x *runnertape.Exchange) bool {
	k := runnertape.KindOf(x)
	kept, sure := c.KeepsEntry(runnertape.Entry{ID: x.ID, JobID: JobOf(x), Kind: &k})
	return kept && (sure || c.needs(x))
}

// KeepsEntry tells what can be told without the exchange itself: that it is kept, or is not, and whether that is sure. What is not sure
// to be kept Keeps tells.
func (c *Choice) KeepsEntry(e runnertape.Entry) (kept, sure bool) {
	endpoint := decode.Endpoint(e.Kind.Endpoint)
	switch {
	case e.ID > c.last:
		return false, true
	case isIdle(e.Kind) && (c.rules.Polls != AllPolls || !c.all && !c.rules.Exact):
		_, kept = slices.BinarySearch(c.polls, e.ID)
		return kept, true
	case c.all, c.asked.has(e.ID), e.JobID != 0 && c.jobs[e.JobID] != nil:
		return true, true
	case c.rules.Exact:
		return false, true
	}
	return mayBeNeeded(endpoint), !mayBeNeeded(endpoint)
}

// InFlight are the ids of exchanges that have not ended, in order: a table of contents has none of them.
func (c *Choice) InFlight() []uint64 { return c.inFlight }

// Partial are the jobs that are kept and cannot be replayed, because the recording does not have the exchange that
// handed them out, in order.
func (c *Choice) Partial() []int64 {
	var ids []int64
	for id, j := range c.jobs {
		if !j.handed {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
