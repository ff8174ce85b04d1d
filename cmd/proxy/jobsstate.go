package main

import (
	"fmt"
	"time"

	"runnertape/decode"
	"runnertape/findings"
)

// The states of a job, as the recording shows it.
const (
	jobSuccess    = "success"     // the runner said so
	jobFailed     = "failed"      // the runner said so
	jobCanceled   = "canceled"    // it failed after GitLab had told the runner to stop
	jobRunning    = "running"     // it has not ended, and a recorder is still there to see it
	jobLost       = "lost"        // it was handed out, and nothing more of it came
	jobNeverEnded = "never_ended" // no final update was answered for good as far as was recorded
)

var jobStates = []string{jobSuccess, jobFailed, jobCanceled, jobRunning, jobLost, jobNeverEnded}

// stateOf is the state of j in a recording that goes up to until. live tells that it is being made.
func stateOf(j *decode.Job, live bool, until time.Time) string {
	canceled := j.CanceledBy != nil && j.CanceledBy.JobStatus != "failed"
	switch {
	case j.State == "success" && !j.Ended.IsZero():
		return jobSuccess
	case j.State != "" && !j.Ended.IsZero():
		if canceled {
			return jobCanceled
		}
		return jobFailed
	case j.Payload != 0 && len(j.Events) == 1 && until.Sub(j.PickedUp) > findings.ContactWithin:
		return jobLost
	case live:
		return jobRunning
	}
	return jobNeverEnded
}

// stateWords is the state for a person, and what is left of it where room is scarce.
func stateWords(j *jsonJob) (full, short string) {
	switch {
	case j.State == jobNeverEnded:
		return "never ended", ""
	case j.State == jobFailed && j.ExitCode != nil:
		return fmt.Sprintf("failed (exit %d)", *j.ExitCode), fmt.Sprintf("failed (%d)", *j.ExitCode)
	}
	return j.State, ""
}

func stateColour(state string) string {
	switch state {
	case jobSuccess:
		return green
	case jobFailed, jobLost:
		return red
	case jobRunning:
		return cyan
	}
	return yellow
}
