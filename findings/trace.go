package findings

import (
	"time"

	"runnertape/decode"
)

var (
	patchMismatch = kind("patch_mismatch", Warning, "1.3.7")
	patchNoRange  = kind("patch_mismatch_no_range", Warning, "2.4")
	rangeBeyond   = kind("range_beyond", Fault, "2.4")
	patchNot202   = kind("patch_not_202", Warning, "1.3.7")
	patchRefused  = kind("patch_forbidden", Fault, "2.4")
	patchNotFound = kind("patch_not_found", Warning, "2.4")
	patchFailed   = kind("patch_failed", Warning, "2.4")
	patchResent   = kind("patch_resent", Note, "2.4")
	patchTooBig   = kind("patch_too_big", Warning, "1.3.7")
	traceLags     = kind("trace_lags", Note, "2.4")
)

// patchBytes is the most a runner sends in one patch.
const patchBytes = 1 << 20

// mismatches are patches answered 416, and how the runner went on.
func mismatches(v *view) {
	var sent int64 // what the runner is known to have written
	for i, p := range v.Patches {
		sent = max(sent, p.Start+p.Bytes)
		if p.Status != 416 {
			continue
		}
		next := v.next(i)
		switch {
		case p.Held == nil:
			v.say(patchNoRange, p.Exchange, "PATCH of job %d at %d was answered 416 without a usable Range: %s", v.ID, p.Start, wentOn(next, 0)).rest(exchangeOf(next))
		case *p.Held > max(sent, v.claimed(p.Exchange)) && (next == nil || next.Start != *p.Held):
			v.beyond = true
			v.say(rangeBeyond, p.Exchange, "416 says upstream held %d, but of job %d no more than %d was ever written: %s", *p.Held, v.ID, sent, v.crash())
		case v.stopped(p.Exchange): // the same bytes come again after an abort, and this is the answer, see patchesRepeated
		default:
			v.say(patchMismatch, p.Exchange, "PATCH of job %d starts at %d, upstream held %d; %s", v.ID, p.Start, *p.Held, wentOn(next, *p.Held)).rest(exchangeOf(next))
		}
	}
}

// next is the patch after the i-th, nil if there is none.
func (v *view) next(i int) *decode.Patch {
	if i+1 < len(v.Patches) {
		return &v.Patches[i+1]
	}
	return nil
}

func exchangeOf(p *decode.Patch) uint64 {
	if p == nil {
		return 0
	}
	return p.Exchange
}

func wentOn(next *decode.Patch, wanted int64) string {
	switch {
	case next == nil:
		return "the runner sent no more of it"
	case next.Start == wanted && wanted == 0:
		return "the runner began again with the whole log"
	case next.Start == wanted:
		return "the runner went on there"
	}
	return "the runner went on at " + count(next.Start, "byte")
}

// crash says what a runner does with an offset beyond its log.
func (v *view) crash() string {
	switch {
	case v.version.Before(18, 6):
		return "a runner of version " + v.version.String() + " panics at that"
	case v.version.Known():
		return "a runner of version " + v.version.String() + " never recovers, and never sends its final PUT"
	}
	return "runners up to 18.5 panic at that, later ones never send their final PUT"
}

// claimed is what updates up to an exchange said is written.
func (v *view) claimed(x uint64) int64 {
	var size int64
	for _, u := range v.Updates {
		if u.Exchange < x {
			size = max(size, u.Bytesize)
		}
	}
	return size
}

// patchesFailed are patches that were not taken for another reason.
func patchesFailed(v *view) {
	for _, p := range v.Patches {
		why := because(v.side.patchErrors[p.Exchange])
		switch s := p.Status; {
		case s == 202, s == 416, s == 429, s == 0: // see rateLimited, brokenOff
		case s >= 200 && s < 300:
			v.say(patchNot202, p.Exchange, "PATCH at %d was answered %d, not 202: the runner takes it for failed and sends the bytes again", p.Start, s)
		case v.stopped(p.Exchange) || v.over(p.Exchange):
		case s == 403:
			v.say(patchRefused, p.Exchange, "PATCH at %d was answered %s%s: the runner aborts the job", p.Start, answered(s, p.JobStatus), why)
		case s == 404:
			v.say(patchNotFound, p.Exchange, "PATCH at %d was answered 404%s: the runner goes on trying, and leaves the log behind at the end", p.Start, why)
		default:
			v.say(patchFailed, p.Exchange, "PATCH at %d was answered %d%s: the bytes come again at the next tick", p.Start, s, why)
		}
	}
}

// patchesRepeated are bytes that came again though they had been taken, or whose
// answer was lost.
func patchesRepeated(v *view) {
	var reached int64
	for i, p := range v.Patches {
		if i > 0 && p.Start < reached && v.Patches[i-1].Status != 416 && !v.resets(v.Patches[i-1].Exchange, p.Exchange) {
			v.say(patchResent, p.Exchange, "%s from %d on were sent again: the PATCH before was answered %s", count(min(reached, p.Start+p.Bytes)-p.Start, "byte"), p.Start,
				answered(v.Patches[i-1].Status, v.Patches[i-1].JobStatus)).rest(v.Patches[i-1].Exchange)
		}
		reached = max(reached, p.Start+p.Bytes)
	}
}

// resets tells whether the whole log was asked for between two exchanges.
func (v *view) resets(from, to uint64) bool {
	for _, u := range v.Updates {
		if u.Status == 412 && u.Exchange > from && u.Exchange < to {
			return true
		}
	}
	return false
}

func bigPatches(v *view) {
	full := 0
	for i, p := range v.Patches {
		if p.Bytes > patchBytes {
			v.say(patchTooBig, p.Exchange, "PATCH of %s: runners send 1 MiB at most", count(p.Bytes, "byte"))
		}
		if p.Bytes != patchBytes || i+1 >= len(v.Patches) || v.Patches[i+1].At.Sub(p.At) < 2*time.Second {
			continue // at the end patches follow one another at once
		}
		if full++; full > 1 {
			v.say(traceLags, p.Exchange, "the log grows faster than 1 MiB a tick: what GitLab shows lags behind until the end")
		}
	}
}
