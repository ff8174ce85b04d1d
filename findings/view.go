package findings

import (
	"time"

	"runnertape/decode"
)

// view is a job, as the rules that judge whole ones look at it.
type view struct {
	*decode.Job
	log     *decode.Log // nil if it was not looked at
	side    *aside      // what single exchanges told
	said    *tally      // what was found
	version version     // of its runner
	end     time.Time   // of the recording
}

// jobRules judge whole jobs, in this order.
var jobRules = []func(*view){
	lost, handedOutAgain, pickedUp, firstContact,
	mismatches, patchesFailed, patchesRepeated, bigPatches, traceGaps, traceClaim, traceRewritten, traceMissing, keepAlives, intervals,
	finalTurns, finalRetries, finalRefused, finalRepeated, neverEnded,
	canceled, failedBecause,
	uploadsLost, downloadsLost, redirectsNotFollowed, gitCredentials, gitElsewhere, expectedBreaks,
}

// say adds a finding.
func (v *view) say(k *Kind, x uint64, format string, args ...any) *Finding {
	return v.said.say(k, x, format, args...)
}

// aside is what is kept of a job beside its [decode.Job].
type aside struct {
	said      tally
	handedOut bool // its payload was seen
	cut       bool // the answer with the payload broke off
	notJSON   bool // or had another content type
	faults    []string
	reasons   []string // failure reasons this GitLab knows
	strategy  string   // GIT_STRATEGY
	wanted    int      // dependencies with artifacts

	interval     int               // longest X-GitLab-Trace-Update-Interval, s; 0 if none
	lastInterval int               // the last of a PATCH
	patchErrors  map[uint64]string // what was said with refused patches, the first few
	finalError   string            // what was said with the last refused final update
	gitAsked     uint64            // exchange by which git was asked for credentials; 0 if it came with them since
	redirected   uint64            // last download that was sent to a storage, 0 if the storage was asked since
	redirectedTo string            // its host
	opened       opened            // in flight when the recording ended
}

// learn keeps of an exchange what the rules for the whole job need.
func (a *aside) learn(s *seen) {
	switch m := s.m.(type) {
	case *decode.RequestJobMessage:
		a.learnPayload(s, m)
	case *decode.PatchTraceMessage:
		a.learnInterval(s, m.Answer.UpdateIntervalSeconds)
		if m.Answer.ErrorText != "" && len(a.patchErrors) < maxAlike {
			if a.patchErrors == nil {
				a.patchErrors = make(map[uint64]string)
			}
			a.patchErrors[s.x.ID] = m.Answer.ErrorText
		}
	case *decode.UpdateJobMessage:
		if m.Request.Final() {
			a.finalError = m.Answer.ErrorText
		} else {
			a.learnInterval(s, m.Answer.UpdateIntervalSeconds)
		}
	case *decode.GitMessage:
		a.learnGit(s, m)
	case *decode.DownloadArtifactsMessage:
		if m.Location != "" {
			a.redirected, a.redirectedTo = s.x.ID, hostOf(m.Location)
		}
	case *decode.ObjectStorageMessage:
		a.redirected = 0
	}
}
