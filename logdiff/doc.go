// Package logdiff tells what differs between the logs of a job as it was recorded and as it was replayed.
//
// No two runs of a job give the same log: the runner says its version, host and token, times stand before lines, folders
// have other names, git counts objects, uploads have ids. So lines are compared without what differs on every run, and
// those that the job's scripts wrote, which is what a replay is about, apart from those of the runner itself, which are
// others in other versions.
//
//	d := logdiff.Compare(recorded, replayed)
//	for _, line := range d.Lines { … } // "-compiling", "+compiling again"
package logdiff
