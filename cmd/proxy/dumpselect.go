package main

import (
	"fmt"
	"slices"

	"runnertape"
)

// selected yields the wanted of all. The error is also that there is nothing of a job that was asked for.
func (f *filter) selected(src recording, all exchanges) exchanges {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for x, err := range all {
			wanted := false
			if err == nil {
				wanted, err = f.wants(src, x)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !wanted {
				continue
			}
			f.passed++
			if !yield(x, nil) || f.full() {
				return
			}
		}
		if err := f.missing(); err != nil {
			yield(nil, err)
		}
	}
}

// missing is an error if there was nothing of a job that was asked for.
func (f *filter) missing() error {
	for _, id := range f.jobs {
		if len(f.ids) == 0 && !slices.Contains(f.seen, id) {
			return fmt.Errorf("job %d is not in the recording (proxy jobs lists what is)", id)
		}
	}
	return nil
}

// nothing tells whether it left nothing over.
func (f *filter) nothing() bool {
	return f.passed == 0 && (len(f.tests) > 0 || f.grep != nil)
}

// takesAll tells whether nothing is asked of exchanges.
func (f *filter) takesAll() bool {
	return len(f.tests) == 0 && f.grep == nil && f.limit == 0 && f.since.none() && f.until.none()
}

// takesJobs tells whether jobs are all that is asked for.
func (f *filter) takesJobs() bool {
	return len(f.jobs) > 0 && len(f.tests) == 1 && f.grep == nil && f.limit == 0 && f.since.none() && f.until.none()
}

// full tells whether there are as many as were wanted.
func (f *filter) full() bool { return f.limit > 0 && f.passed >= f.limit }

func (f *filter) wants(src recording, x *runnertape.Exchange) (bool, error) {
	for _, holds := range f.tests {
		if !holds(x) {
			return false, nil
		}
	}
	if f.grep == nil {
		return true, nil
	}
	for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
		found, err := f.inBody(src, x, side)
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}
