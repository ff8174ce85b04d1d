package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// bench is one run of the driver.
type bench struct {
	dir        string // for everything that is written
	recorder   string // the built proxy command
	certs      certs
	upstreamAt addresses
	upstream   *child
	client     *child
	rounds     int
	seconds    float64
	subjects   []subject
	only       *regexp.Regexp // of WORKLOAD/SUBJECT
	say        func(format string, args ...any)
	job        int64 // the next free job id
}

// open builds the recorder and starts upstream and client.
func (b *bench) open(ctx context.Context) (err error) {
	b.recorder = filepath.Join(b.dir, "proxy.exe")
	if err := buildRecorder(ctx, b.recorder); err != nil {
		return err
	}
	if b.certs, err = makeCerts(b.dir); err != nil {
		return err
	}
	if b.upstream, err = startRole("upstream", setup{Certs: b.certs}); err != nil {
		return err
	}
	if err := b.upstream.ask(nil, &b.upstreamAt); err != nil {
		return err
	}
	b.client, err = startRole("client", setup{})
	return err
}

func (b *bench) close() error {
	var err error
	for _, c := range []*child{b.client, b.upstream} {
		if c != nil {
			err = errors.Join(err, c.stop())
		}
	}
	return err
}

// contender is a subject in one workload, with what was measured.
type contender struct {
	*standing
	site     *site
	row      *row
	requests int64 // all that were made, of the verification too
}

// run measures one workload.
func (b *bench) run(ctx context.Context, w *workload) ([]*row, error) {
	var all []*contender
	defer func() {
		for _, c := range all {
			os.RemoveAll(c.site.dir)
		}
	}()
	for _, s := range b.subjects {
		if !b.only.MatchString(w.name + "/" + s.name) {
			continue
		}
		dir, err := os.MkdirTemp(b.dir, "subject-")
		if err != nil {
			return nil, err
		}
		c := &contender{site: &site{bench: b, workload: w, dir: dir}, row: &row{Workload: w.name, Subject: s.name}}
		all = append(all, c)
		if c.standing, err = s.start(ctx, c.site); err != nil {
			c.row.Wrong = err.Error()
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	b.say("%s", w.name)
	if w.big() {
		b.warmPages(int64(b.rounds+1) * w.size)
	}
	err := b.measure(ctx, w, all)
	var rows []*row
	for _, c := range all {
		c.finish()
		rows = append(rows, c.row)
	}
	return rows, errors.Join(err, ctx.Err())
}

// measure has the contenders take turns. Each round begins with another one.
func (b *bench) measure(ctx context.Context, w *workload, all []*contender) error {
	for _, c := range all {
		if err := b.verify(c, w); err != nil {
			return err
		}
	}
	rounds := b.rounds
	if w.kind == holds {
		rounds = 1
	}
	for n := range rounds {
		for i := range all {
			c := all[(n+i)%len(all)]
			if c.row.Wrong != "" || ctx.Err() != nil {
				continue
			}
			measure := b.round
			if w.kind == holds {
				measure = b.idle
			}
			if err := measure(c, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// verify has every body hashed on both ends. Nothing is measured of a contender that fails.
func (b *bench) verify(c *contender, w *workload) error {
	if c.row.Wrong != "" {
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

func (b *bench) nextJobs() int64 {
	b.job += 1_000_000
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

// finish ends a contender, and looks at what it recorded.
func (c *contender) finish() {
	if c.standing == nil {
		return
	}
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

// warmPages writes and removes a file. A virtual machine gets the memory behind its page cache from
// the host at first use, which makes the first gigabytes written several times slower than the next.
func (b *bench) warmPages(size int64) {
	path := filepath.Join(b.dir, "pages")
	defer os.Remove(path)
	f, err := os.Create(path)
	if err != nil {
		return // what matters will fail for the same reason, and say so
	}
	defer f.Close()
	if newNoise(size, false).writeTo(f, nil) == nil {
		f.Sync()
	}
}
