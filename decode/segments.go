package decode

import "math"

// Segment is a run of trace bytes that one patch brought.
type Segment struct {
	Exchange uint64 `json:"exchange"` // whose request body they are in
	Skip     int64  `json:"skip"`     // bytes of that body to pass over
	Bytes    int64  `json:"bytes"`    // bytes to take
	Offset   int64  `json:"offset"`   // of the first in the trace
}

// TraceGap is a run of trace bytes the upstream held and no recorded patch brought.
type TraceGap struct {
	Offset int64 `json:"offset"` // of the first in the trace
	Bytes  int64 `json:"bytes"`  // how many
}

// TraceSegments are the bytes that make up the trace as the upstream holds it,
// in order of offset. Where they do not join there is a gap, see [Job.TraceGaps].
//
// A patch counts if it was answered 202. One whose answer was lost, or was an
// error of a proxy or server (5xx, 200, …), counts if what follows shows that
// the upstream had it. The upstream only appends, and says 202 to a patch that
// ends where it is without appending (GitLab lib/gitlab/ci/trace.rb append), so
// a resent tail is not there twice. After an update was answered 412 the runner
// sends all again to an upstream that has let go of what it had.
func (j *Job) TraceSegments() []Segment {
	t := j.traceAt(math.MaxUint64)
	return t.segments
}

// TraceGaps are the runs of bytes missing in [Job.TraceSegments].
func (j *Job) TraceGaps() []TraceGap {
	t := j.traceAt(math.MaxUint64)
	var gaps []TraceGap
	var at int64
	for _, s := range t.segments {
		if s.Offset > at {
			gaps = append(gaps, TraceGap{Offset: at, Bytes: s.Offset - at})
		}
		at = s.Offset + s.Bytes
	}
	if t.size > at {
		gaps = append(gaps, TraceGap{Offset: at, Bytes: t.size - at})
	}
	return gaps
}

// TraceSize is the number of trace bytes the upstream holds, gaps included.
func (j *Job) TraceSize() int64 { return j.traceAt(math.MaxUint64).size }

// heldTrace is what the upstream holds after some patches.
type heldTrace struct {
	segments []Segment
	size     int64   // where the upstream appends next
	unsure   []Patch // whose answer did not tell whether it was appended
	reset    bool    // a 412 came: the trace begins again with the next patch at 0
}

// traceAt goes through patches and updates in the order they were sent, up to an exchange.
func (j *Job) traceAt(last uint64) heldTrace {
	var resets []uint64
	for _, u := range j.Updates {
		if u.Status == 412 {
			resets = append(resets, u.Exchange)
		}
	}
	var t heldTrace
	for _, p := range j.Patches {
		if p.Exchange > last {
			break
		}
		for len(resets) > 0 && resets[0] < p.Exchange {
			resets, t.reset = resets[1:], true
		}
		t.take(p)
	}
	return t
}

func (t *heldTrace) take(p Patch) {
	if !p.plausible() {
		return
	}
	switch s := p.Status; {
	case s == 202:
		if t.reset && p.Start == 0 {
			*t = heldTrace{}
		}
		t.reach(p.Start)
		t.append(p)
	case s == 416:
		if p.Held != nil {
			t.reach(*p.Held)
		}
	case s >= 400 && s < 500 && s != 408 && s != 429: // refused
	case !p.Truncated:
		t.unsure = append(t.unsure, p)
	}
}

// reach is told that the upstream held size bytes: patches that bring it there
// without a known answer did arrive, and what still lacks is a gap.
func (t *heldTrace) reach(size int64) {
	for _, p := range t.unsure {
		if p.Start <= t.size && p.Start+p.Bytes > t.size && p.Start+p.Bytes <= size {
			t.append(p)
		}
	}
	t.unsure = nil
	t.size = max(t.size, size)
}

// append adds of p what is not there yet.
func (t *heldTrace) append(p Patch) {
	end := p.Start + p.Bytes
	if end <= t.size {
		if end < t.size {
			t.cut(end) // an upstream that says 202 to this holds no more
		}
		return
	}
	skip := max(0, t.size-p.Start)
	t.segments = append(t.segments, Segment{Exchange: p.Exchange, Skip: skip, Bytes: p.Bytes - skip, Offset: p.Start + skip})
	t.size = end
}

// cut lets go of everything from offset on.
func (t *heldTrace) cut(offset int64) {
	n := len(t.segments)
	for n > 0 && t.segments[n-1].Offset >= offset {
		n--
	}
	t.segments = t.segments[:n]
	if n > 0 {
		last := &t.segments[n-1]
		last.Bytes = min(last.Bytes, offset-last.Offset)
	}
	t.size = offset
}
