package replaytest

import "runnertape/replay"

// Options are the choices of a test. The zero value allows nothing and is a good one.
type Options struct {
	// Replay are the choices of the replay: Jobs, Loop, Hold, Pace and the others. TraceInterval of 0 is 1 s here, the least
	// that runners heed; a Logger of nil is the test's log, and Received of nil lasts until the test ends. Rebuild,
	// Reached and Ending are filled in; Faults are better said below.
	Replay replay.Options

	Faults []string // what goes wrong: shipped faults by name, paths of fault files, or rules, as `proxy replay --faults` has them
	Seed   uint64   // decides what chance=… in faults decides; 0 for 1

	AllowMisses      bool // a request that the recording cannot answer does not fail the test
	AllowUnused      bool // a job that nobody asked for does not, nor a server that nobody asked for anything
	AllowWrongTokens bool // a request for a job with another token than that job's, which is refused, does not

	// AllowDifferences tells which differences do not: the lines of [replay.JobReceipt.Differences]. Nil allows none; see [Any].
	AllowDifferences func(difference string) bool
}

// Any allows every difference.
func Any(string) bool { return true }
