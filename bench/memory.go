package main

import (
	"context"
	"fmt"
	"os"
)

// memoryBound is what a recorder may have of anonymous memory, whatever passes.
const memoryBound = 64 << 20

// memoryRuns are what could fill a recorder's memory: bodies, one and several at a time, and exchanges.
func memoryRuns(size, exchanges int64) []workload {
	var all []workload
	for _, k := range []kind{uploads, downloads} {
		for _, conns := range []int{1, 4} {
			all = append(all, workload{kind: k, size: size, conns: conns, count: int64(conns)})
		}
	}
	all = append(all, workload{kind: mixture, size: 1 << 10, conns: 16, count: exchanges})
	for i := range all {
		all[i].name = all[i].makeName()
	}
	return all
}

// memory runs the recorder alone, and measures nothing but its memory.
func (b *bench) memory(ctx context.Context, runs []workload) (figures, error) {
	var all figures
	for _, w := range runs {
		if !b.only.MatchString(w.name + "/" + nameOurs) {
			continue
		}
		b.say("%s", w.name)
		r, err := b.memoryRun(ctx, &w)
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, nil
}

func (b *bench) memoryRun(ctx context.Context, w *workload) (*row, error) {
	dir, err := os.MkdirTemp(b.dir, "s") // short: a socket in it has at most 108 bytes of path
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	c := &contender{site: &site{bench: b, workload: w, dir: dir}, row: &row{Workload: w.name, Subject: nameOurs}}
	if c.standing, err = startRecorder(ctx, c.site); err != nil {
		return nil, err
	}
	err = b.round(c, w)
	c.finish()
	return c.row, err
}

func memoryTable(f figures) string {
	t := table{{"workload", "verdict", "RssAnon MiB", "exchanges/s", "MiB/s", "kept B"}}
	for _, r := range f {
		if r.Wrong != "" {
			t = append(t, []string{r.Workload, "wrong", "", "", "", ""})
			continue
		}
		word := "reached"
		if r.Median.RssAnon > memoryBound {
			word = "not reached"
		}
		t = append(t, []string{
			r.Workload, word, some("%.1f", mib(r.Median.RssAnon)),
			fmt.Sprintf("%.1f", r.Median.Rate), fmt.Sprintf("%.0f", r.Median.Bytes/(1<<20)), fmt.Sprintf("%.0f", r.Kept),
		})
	}
	return "### Memory of the recorder\n\n" + t.String()
}
