package main

import (
	"context"
	"errors"
	"iter"

	"runnertape"
	"runnertape/decode"
	"runnertape/replay"
	"runnertape/trim"
)

type entries = iter.Seq2[runnertape.Entry, error]

// asked are the exchanges that f selects, by id and job. Of a recording with a table of contents none is read if
// jobs are all that is asked for.
func (f *filter) asked(done context.Context, src recording) entries {
	all, listed := src.(replay.Listed)
	if !listed || !f.takesJobs() {
		return func(yield func(runnertape.Entry, error) bool) {
			for x, err := range f.selected(src, interruptible(done, f.from(src))) {
				e := runnertape.Entry{}
				if err == nil {
					e = runnertape.Entry{ID: x.ID, JobID: trim.JobOf(x)}
				}
				if !yield(e, err) {
					return
				}
			}
		}
	}
	return func(yield func(runnertape.Entry, error) bool) {
		for e, err := range all.Entries(0, ^uint64(0)) {
			if err == nil && !f.hasJob(e.JobID) {
				continue
			}
			if f.passed++; !yield(e, err) {
				return
			}
		}
		if err := f.missing(); err != nil {
			yield(runnertape.Entry{}, err)
		}
	}
}

// chosen are the exchanges that are kept; what is left out is counted. Of a recording with a table of contents no more is read
// than may be kept, and what has not ended comes last.
func chosen(src recording, choice *trim.Choice, left *copyCount) exchanges {
	all, listed := src.(replay.Listed)
	if !listed {
		return func(yield func(*runnertape.Exchange, error) bool) {
			for x, err := range src.Exchanges() {
				if err == nil && !choice.Keeps(x) {
					left.see(x)
				} else if !yield(x, err) {
					return
				}
			}
		}
	}
	return func(yield func(*runnertape.Exchange, error) bool) {
		one := func(id uint64) (goOn bool) {
			x, err := all.Exchange(id)
			switch {
			case errors.Is(err, runnertape.ErrNoExchange): // a bounded recording was changed by a program that knows no table of contents
				return true
			case err == nil && !choice.Keeps(x):
				left.see(x)
				return true
			}
			return yield(x, err)
		}
		for e, err := range all.Entries(0, ^uint64(0)) {
			if err != nil {
				yield(nil, err)
				return
			}
			if kept, _ := choice.KeepsEntry(e); !kept {
				left.seeCall(decode.Endpoint(e.Kind.Endpoint), e.JobID)
			} else if !one(e.ID) {
				return
			}
		}
		for _, id := range choice.InFlight() {
			if !one(id) {
				return
			}
		}
	}
}
