package replaytest

import (
	"bytes"
	"sync"

	"runnertape/replay"
)

// Job is one recorded job, and what the program under test made of it. Its methods tell how things stand when they are called.
type Job struct {
	server *Server
	id     int64
}

// Job is the job with that number. If the recording has none the test fails at once.
func (s *Server) Job(id int64) *Job {
	s.t.Helper()
	j := &Job{s, id}
	j.Receipt()
	return j
}

// Jobs are all recorded jobs that are handed out, in the order they were handed out then.
func (s *Server) Jobs() []*Job {
	var jobs []*Job
	for _, j := range s.Receipt().Jobs {
		jobs = append(jobs, &Job{s, j.ID})
	}
	return jobs
}

// ID is the number of the job.
func (j *Job) ID() int64 { return j.id }

// Receipt is what became of the job, beside what was recorded of it. The test fails at once if the recording cannot be read.
func (j *Job) Receipt() replay.JobReceipt {
	j.server.t.Helper()
	c, err := j.server.replay.Job(j.id)
	if err != nil {
		j.server.t.Fatalf("replaytest: %s: %v", j.server.path, err)
	}
	return c
}

// Name is what the job is called in .gitlab-ci.yml.
func (j *Job) Name() string { return j.Receipt().Name }

// State is "pending", "running", "success", "failed" or "canceled".
func (j *Job) State() string { return j.Receipt().Replayed.State }

// FailureReason is why it failed, as the runner said it: "script_failure". Empty if it did not.
func (j *Job) FailureReason() string { return j.Receipt().Replayed.FailureReason }

// ExitCode is that of the script, 0 if the runner said none.
func (j *Job) ExitCode() int { return j.Receipt().Replayed.ExitCode }

// Trace is the job's log, as the runner sent it until now; of a job that was played more than once, the last time's.
func (j *Job) Trace() []byte {
	id := j.id
	if again := j.Receipt().PlayedAs; again != 0 {
		id = again
	}
	return j.server.logs.of(id)
}

// logs are those that runners send, in memory: they are a test's.
type logs struct {
	mu  sync.Mutex
	all map[int64][]byte // by number of the job; guarded by mu
}

// add is for replay.Options.Trace.
func (l *logs) add(job, offset int64, piece []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[int64][]byte{}
	}
	l.all[job] = append(l.all[job][:offset], piece...)
}

func (l *logs) of(job int64) []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.all[job])
}
