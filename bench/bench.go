package main

import (
	"context"
	"errors"
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
		dir, err := os.MkdirTemp(b.dir, "s") // short: a socket in it has at most 108 bytes of path
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
		if c.row.Wrong != "" {
			c.finish() // now: it may be busy with what it failed at
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
