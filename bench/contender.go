package main

import "fmt"

// contender is a subject in one workload, with what was measured.
type contender struct {
	*standing
	site     *site
	row      *row
	requests int64 // all that were made, of the verification too
	ended    bool
}

// verify has every body hashed on both ends. Nothing is measured of a contender that fails.
func (b *bench) verify(c *contender, w *workload) error {
	if c.row.Wrong != "" || w.ranges { // a replay does not say what it got; a patch that is lost is seen by the next
		return nil
	}
	checked := *w
	if w.kind == holds {
		checked.kind, checked.conns = polls, 2 // so that no idle connections are left of it
	}
	t := checked.task(c.standing, c.site, 0, b.nextJobs())
	t.Verify = true
	if t.Count == 0 {
		t.Count = int64(2 * t.Conns)
	}
	_, err := b.ask(c, &t)
	settle(c.pid)
	return err
}

// ask gives the client a task.
func (b *bench) ask(c *contender, t *task) (*result, error) {
	var r result
	if err := b.client.ask(t, &r); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	c.requests += r.Requests + r.Errors
	switch {
	case r.Errors > 0:
		c.row.Wrong = fmt.Sprintf("%d of %d requests failed: %s", r.Errors, r.Requests+r.Errors, r.Wrong)
	case r.Requests == 0 && t.Kind != drop:
		c.row.Wrong = "not one request came through"
	}
	return &r, nil
}

// Each task has job ids of its own, and so has each of its connections.
const (
	jobsOfTask = 1_000_000
	jobsOfConn = 1000
)

func (b *bench) nextJobs() int64 {
	b.job += jobsOfTask
	return b.job
}

// round measures one contender once.
func (b *bench) round(c *contender, w *workload) error {
	t := w.task(c.standing, c.site, b.seconds, b.nextJobs())
	before, memory := cpuTime(c.pid), watchPeak(c.pid)
	r, err := b.ask(c, &t)
	lag := settle(c.pid)
	used := cpuTime(c.pid) - before
	m := measured{RssAnon: memory.end(), Lag: lag.Seconds() * 1e3}
	if err != nil || c.row.Wrong != "" {
		return err
	}
	m.Rate = float64(r.Requests) / r.Seconds
	m.Bytes = m.Rate * float64(w.size)
	m.P50, m.P99 = r.P50, r.P99
	m.CPU = float64(used.Microseconds()) / float64(r.Requests)
	c.row.Rounds = append(c.row.Rounds, m)
	return nil
}

// finish ends a contender, unless it has ended, and looks at what it recorded.
func (c *contender) finish() {
	if c.ended || c.standing == nil {
		return
	}
	c.ended = true
	if err := c.stop(); err != nil && c.row.Wrong == "" {
		c.row.Wrong = err.Error()
	}
	if c.kept == nil || c.row.Wrong != "" {
		return
	}
	size, err := c.kept(c.requests)
	if err != nil {
		c.row.Wrong = err.Error()
		return
	}
	c.row.Kept = float64(size) / float64(c.requests)
}
