package faults

import (
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strconv"
	"time"
)

// tally is what has become of one rule.
type tally struct {
	all  tallied            // for rules that count in all
	jobs map[int64]*tallied // by job; 0 is for requests that are of none
}

// tallied is what was counted.
type tallied struct {
	attempts  int         // requests that the rule without its conditions is for
	delivered int         // of these, those that got the fault
	first     time.Time   // the first of them; zero if there is none
	at        []time.Time // the first maxTimes of them
}

// maxTimes bounds the times that are kept of one rule and job.
const maxTimes = 20

// limit is what says whether the fault may happen again.
func (t *tally) limit(inAll bool, job int64) *tallied {
	if inAll {
		return &t.all
	}
	return t.of(job)
}

// of is what was counted of a job.
func (t *tally) of(job int64) *tallied {
	one := t.jobs[job]
	if one == nil {
		one = new(tallied)
		if t.jobs == nil {
			t.jobs = map[int64]*tallied{}
		}
		t.jobs[job] = one
	}
	return one
}

// deliver counts one fault for its job, and in what limits it. undo takes that back.
func (t *tally) deliver(limit *tallied, job int64, now time.Time) (undo func()) {
	mine := t.of(job)
	took := mine.take(now)
	if limit == mine {
		return took
	}
	tookToo := limit.take(now)
	return func() {
		took()
		tookToo()
	}
}

// take counts one.
func (t *tallied) take(now time.Time) (undo func()) {
	before := t.first
	t.delivered++
	if t.first.IsZero() {
		t.first = now
	}
	if len(t.at) < maxTimes {
		t.at = append(t.at, now)
	}
	return func() {
		t.delivered--
		if t.delivered == 0 {
			t.first = before
		}
		if at := slices.Index(t.at, now); at >= 0 {
			t.at = slices.Delete(t.at, at, at+1)
		}
	}
}

// luck is a number from 0 to 1, less than 1, that depends on nothing but its arguments:
// not on when the request came, nor on what comes beside it.
func luck(seed uint64, r *Rule, job int64, attempt int) float64 {
	h := fnv.New64a()
	io.WriteString(h, strconv.FormatUint(seed, 10)+" "+strconv.Itoa(r.Line)+" "+r.Text+" "+id(job)+" "+strconv.Itoa(attempt))
	// FNV leaves the high bits of short texts alike; this is the finalizer of SplitMix64.
	n := h.Sum64()
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	n ^= n >> 31
	return math.Ldexp(float64(n>>11), -53)
}

func id(job int64) string { return strconv.FormatInt(job, 10) }
