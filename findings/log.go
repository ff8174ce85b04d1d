package findings

import "runnertape/decode"

var (
	traceIncomplete = kind("trace_gap", Fault, "2.4")
	traceBeginsLate = kind("trace_begins_late", Note, "2.4")
	traceRewrite    = kind("trace_rewritten", Warning, "2.5")
	claimDiffers    = kind("claim_differs", Fault, "2.5")
	noTrace         = kind("no_trace", Warning, "2.4")
)

// traceGaps are bytes the upstream holds and nobody saw pass.
func traceGaps(v *view) {
	if v.beyond {
		return // it does not hold them either
	}
	gaps := v.TraceGaps()
	if v.log != nil {
		gaps = v.log.Gaps
	}
	for _, gap := range gaps {
		at := v.firstAfter(gap)
		if gap.Offset == 0 && v.Payload == 0 {
			v.say(traceBeginsLate, at, "the first %s of the log were sent before the recording began", count(gap.Bytes, "byte"))
			continue
		}
		v.sayOf(traceIncomplete, count(gap.Offset, ""), at, "no recorded PATCH has bytes %d-%d of the log (%s)",
			gap.Offset, gap.Offset+gap.Bytes-1, count(gap.Bytes, "byte"))
	}
}

// firstAfter is the patch that begins behind a gap, or the last.
func (v *view) firstAfter(gap decode.TraceGap) uint64 {
	last := v.Payload
	for _, p := range v.Patches {
		if last = p.Exchange; p.Start >= gap.Offset+gap.Bytes || p.Held != nil && *p.Held > gap.Offset {
			break
		}
	}
	return last
}

// traceClaim compares what the runner says of its log with what was seen of it.
// GitLab does so for its metrics only. Of a job that was stopped it takes no more.
func traceClaim(v *view) {
	if v.CanceledBy != nil {
		return
	}
	if v.log != nil {
		if v.log.Verdict == decode.Differs && v.log.Claim != nil {
			claim := count(v.log.Claim.Bytesize, "byte")
			if v.log.Claim.Checksum != "" {
				claim += ", " + clean(v.log.Claim.Checksum, 20)
			}
			v.say(claimDiffers, v.log.Claim.Exchange, "the runner claims a log of %s: %s", claim, v.log.Reason)
		}
		return
	}
	if last := v.lastFinal; v.Payload != 0 && last != nil && last.Bytesize > 0 {
		if size := v.TraceSize(); size != last.Bytesize {
			v.say(claimDiffers, last.Exchange, "the runner claims a log of %s, GitLab was given %d", count(last.Bytesize, "byte"), size)
		}
	}
}

func traceRewritten(v *view) {
	if v.log == nil {
		return
	}
	for _, r := range v.log.Repeats {
		if r.Rewrite {
			v.say(traceRewrite, r.Exchange, "%s of the log from %d on were sent again, and are not the same", count(r.Bytes, "byte"), r.Offset)
		}
	}
}

// traceMissing is a job that ended and never sent a log: even an empty script
// has the runner's own lines.
func traceMissing(v *view) {
	if last := v.lastFinal; v.Payload != 0 && last != nil && len(v.Patches) == 0 && v.State == "success" {
		v.say(noTrace, last.Exchange, "it ended without a byte of its log being sent")
	}
}
