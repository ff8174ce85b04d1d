// Package faults is what can go wrong between a runner and a GitLab, written
// down as text: fault files, and the ones that are shipped.
//
// A fault file has one [Rule] a line: where a fault happens, what happens, and
// how often. docs/faults.md is its manual.
//
//	patch_trace when offset>=4096: 416 once
//	update_job final: drop taken twice
//	job build: cancel at 10s
//
// A [Set] is the rules of a replay, and what has become of them. It is asked
// about each request before that is answered, with all that it may look at in a
// [Call], and says what is to happen in a [Meeting]; carrying that out, and
// staying true to the protocol around it, is the replay's business. The package
// has no sockets and no clock.
//
// The same seed and the same requests give the same faults. Nothing is drawn
// from a sequence that other requests draw from too: what a rule counts it counts
// for each job, and its chance is a hash of the seed, the rule, the job and the
// count. So two jobs at once do not change each other's luck.
//
//	set := faults.NewSet(seed, rules)
//	switch m := set.Meet(faults.Call{Endpoint: decode.PatchTrace, JobID: 42, …}); {
//	case m.What == nil: // answer as always
//	…
//	}
package faults
