package trim

import (
	"iter"
	"maps"
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

// Choose decides what is kept of a recording. The exchanges asked for are yielded in order; nil asks for all. An error of
// either is returned as it is.
func Choose(all, asked iter.Seq2[*runnertape.Exchange, error], rules Rules) (*Choice, error) {
	c := &Choice{rules: rules, all: asked == nil, jobs: map[int64]*job{}, runners: map[string]bool{}, storage: newStorage(), git: projects{}}
	if asked != nil {
		for x, err := range asked {
			if err != nil {
				return nil, err
			}
			if id := jobOf(x); id != 0 && !rules.Exact {
				c.jobs[id] = &job{}
			} else {
				c.asked.add(x.ID)
			}
		}
	}
	rows := rows{}
	for x, err := range all {
		if err != nil {
			return nil, err
		}
		c.last = x.ID
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
	if x.ID > c.last {
		return false
	}
	if isIdle(x) && (c.rules.Polls != AllPolls || !c.all && !c.rules.Exact) {
		_, kept := slices.BinarySearch(c.polls, x.ID)
		return kept
	}
	if c.all || c.asked.has(x.ID) {
		return true
	}
	if c.rules.Exact {
		return false
	}
	if id := jobOf(x); id != 0 && c.jobs[id] != nil {
		return true
	}
	return c.needs(x)
}

// needs tells whether a job that is kept needs an exchange that is not its own.
func (c *Choice) needs(x *runnertape.Exchange) bool {
	if x.Decoded == nil {
		return false
	}
	own := x.Decoded.JobID == 0 && c.ran(x.Started)
	switch decode.Endpoint(x.Decoded.Endpoint) {
	case decode.RegisterRunner, decode.VerifyRunner, decode.ResetToken, decode.UnregisterRunner, decode.UnregisterRunnerManager, decode.RouterDiscovery:
		return c.runners[x.Decoded.Runner.Token]
	case decode.Git:
		project := decode.Classify(x.Request.Method, x.Request.Path()).Project
		return own && c.git.has(project) || c.git.builds(project, x.ID)
	case decode.ObjectStorage:
		return own || c.storage.lacks(x)
	case decode.Unknown:
		return own
	}
	return false
}

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

// Jobs are the jobs that are kept whole, in order; none, if all of the recording is, or what was asked for exactly.
func (c *Choice) Jobs() []int64 { return slices.Sorted(maps.Keys(c.jobs)) }
