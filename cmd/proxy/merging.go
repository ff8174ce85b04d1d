package main

import (
	"errors"
	"fmt"
	"strings"

	"runnertape/merge"
	"runnertape/store"
)

// mergeTo makes one recording of several, which are read twice, and prints what it made if asJSON.
func (p *process) mergeTo(from []string, to string, asJSON bool) (err error) {
	limitMemory()
	stop := p.progress("merging")
	defer stop()
	var sources []recording
	defer func() {
		for _, src := range sources {
			err = errors.Join(err, src.Close())
		}
	}()
	var inputs []merge.Input
	for _, path := range from {
		src, err := openRecording(path)
		if err != nil {
			return err
		}
		sources = append(sources, src)
		if err := refuseUnfinished(src, path); err != nil {
			return err
		}
		inputs = append(inputs, merge.Input{Name: path, Source: stoppableRecording{src, p}})
	}
	merged, err := merge.New(inputs)
	if err != nil {
		return copyError("merge", err)
	}
	h := merged.Header()
	if !merged.IsOne() {
		h.Program = newHeader("", true).Program
	}
	kept := newCopyCount()
	err = makeRecording(to, h, func(w *store.Writer) error {
		for t, err := range merged.Exchanges() {
			if err != nil {
				return err
			}
			kept.see(t.Exchange)
			if err := copyExchange(w, sources[t.From], t.Was, t.Exchange); err != nil {
				return err
			}
		}
		return nil
	}, func(path string) error { return p.nameRecording(path, to) })
	if err != nil {
		return copyError("merge", err)
	}
	stop()
	p.sayMade("merged", to, kept.exchanges, kept.jobs)
	if n := merged.Duplicates(); n > 0 {
		p.say("in more than one of them, and kept once: %s", count(n, "exchange"))
	}
	if !merged.IsOne() {
		p.say("of different recordings: exchanges have new numbers, in order of time")
	}
	if all := merged.Upstreams(); len(all) > 1 {
		p.log.Warn(fmt.Sprintf("recorded from different upstreams, %s: %s names none, and takes every host that was asked for a job to be GitLab", strings.Join(all, ", "), to))
	}
	return p.printMade(asJSON, made{
		Recording: to, Exchanges: kept.exchanges, Jobs: kept.jobs, Duplicates: merged.Duplicates(), Renumbered: !merged.IsOne(),
	})
}
