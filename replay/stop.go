package replay

import "time"

// stop is a point of a recorded job at which the upstream told the runner, with
// Job-Status, that somebody stopped it. It is delivered when the replayed job
// has come as far: the trace is as long, or as much time has passed, whichever
// is first. Never by counting answers: the next runner cuts its trace into
// other pieces.
type stop struct {
	status  string        // "canceling": gracefully; "canceled", "failed": at once
	bytes   int64         // trace bytes held at that moment
	after   time.Duration // since the job was handed out
	pickup  bool          // told before the trace began, so at the first answer
	refused bool          // told with 403, so the request that met it was not accepted
	final   bool          // told on the final update only
}

// aborts tells whether a Job-Status ends a job at once. On the answer to a
// final update it is only the state the job came to.
//
// gitlab-runner network/remote_job_state_response.go
func aborts(jobStatus string) bool { return jobStatus == "canceled" || jobStatus == "failed" }

// stops tells whether a Job-Status says that somebody stopped the job.
func stops(jobStatus string) bool { return jobStatus == "canceling" || aborts(jobStatus) }

// reached tells whether a job with that much trace, handed out that long ago,
// is where the recorded one was stopped. Traces begin with the runner's own
// words about itself, which differ between versions and machines, so that the
// byte is only about right.
//
// gitlab-runner common/build.go printRunningWithHeader
func (s *stop) reached(size int64, age time.Duration) bool {
	if s.pickup || s.after > 0 && age >= s.after {
		return true
	}
	return size > 0 && size >= s.bytes-min(s.bytes/4, preamble)
}

// preamble is by how much the runner's own words may differ, in bytes.
const preamble = 512
