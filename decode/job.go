package decode

import (
	"time"

	"runnertape"
)

// Job is one CI job rebuilt from its exchanges. What the exchanges do not tell
// is empty: of a job whose beginning was not recorded there is no name.
type Job struct {
	ID            int64             `json:"id"`                       // GitLab's number
	Name          string            `json:"name,omitempty"`           // in the CI file
	Stage         string            `json:"stage,omitempty"`          // it belongs to
	Project       string            `json:"project,omitempty"`        // full path, or before 18.5 CI_PROJECT_PATH, or the name
	ProjectID     int64             `json:"project_id,omitempty"`     // number of the project
	PipelineID    int64             `json:"pipeline_id,omitempty"`    // number of the pipeline: told since 19.0, before it is CI_PIPELINE_ID
	Ref           string            `json:"ref,omitempty"`            // branch or tag
	SHA           string            `json:"sha,omitempty"`            // commit
	Runner        runnertape.Runner `json:"runner,omitzero"`          // who ran it
	Features      []string          `json:"features,omitempty"`       // what the runner said it can do when it asked, sorted
	Queued        time.Duration     `json:"queued,omitempty"`         // how long it had waited in GitLab before it was handed out, ns. Since 16.4
	Timeout       time.Duration     `json:"timeout,omitempty"`        // how long it may run, ns
	Payload       uint64            `json:"payload,omitempty"`        // exchange that handed it out; 0 if not recorded
	Earlier       []uint64          `json:"earlier,omitempty"`        // exchanges that handed out the same number before, the last 100: what was told of that job is not in this one
	RequestedAt   time.Time         `json:"requested_at,omitzero"`    // when the runner asked, UTC; with long polling much earlier than
	PickedUp      time.Time         `json:"picked_up,omitzero"`       // when it was given the job, UTC
	Patches       []Patch           `json:"patches,omitempty"`        // of the trace, in order
	Updates       []Update          `json:"updates,omitempty"`        // of the state, in order
	Events        []Event           `json:"events,omitempty"`         // all its exchanges, in order of request start
	Uploads       []Upload          `json:"uploads,omitempty"`        // upload_artifacts, also those that were refused
	Downloads     []Download        `json:"downloads,omitempty"`      // download_artifacts this job made
	Caches        []CacheRequest    `json:"caches,omitempty"`         // cache, as far as it is known to be this job's
	Storage       []uint64          `json:"storage,omitempty"`        // exchanges of object_storage
	Git           []uint64          `json:"git,omitempty"`            // exchanges of git
	State         string            `json:"state,omitempty"`          // "success" or "failed", of the last final update; empty if it sent none
	FailureReason string            `json:"failure_reason,omitempty"` // of the same
	ExitCode      *int64            `json:"exit_code,omitempty"`      // of the same; nil if it did not say
	CanceledBy    *Cancel           `json:"canceled_by,omitempty"`    // the first answer that told the runner to stop; nil if none did
	Ended         time.Time         `json:"ended,omitzero"`           // when the final update was answered for good, UTC; zero if it never was
}

// Patch is one patch_trace of a [Job].
type Patch struct {
	Exchange  uint64    `json:"exchange"`             // whose request body it is
	Start     int64     `json:"start"`                // offset in the trace
	Bytes     int64     `json:"bytes"`                // length
	Truncated bool      `json:"truncated,omitempty"`  // the body broke off
	Status    int       `json:"status"`               // code; 0 if the answer was lost
	JobStatus string    `json:"job_status,omitempty"` // Job-Status of the answer
	Held      *int64    `json:"held,omitempty"`       // trace bytes the upstream said it holds; nil if it did not
	At        time.Time `json:"at"`                   // when it was sent, UTC

	CRC32 runnertape.CRC32 `json:"crc32,omitzero"` // of its bytes before redaction; not known of older recordings
}

// Update is one update_job of a [Job].
type Update struct {
	Exchange  uint64    `json:"exchange"`             // which
	State     string    `json:"state"`                // "running", "success", "failed"
	Reason    string    `json:"reason,omitempty"`     // failure reason
	ExitCode  *int64    `json:"exit_code,omitempty"`  // of the script; nil if not said
	Checksum  string    `json:"checksum,omitempty"`   // of the trace bytes the runner has written, "crc32:" and 8 hex digits. Since 13.4
	Bytesize  int64     `json:"bytesize,omitempty"`   // trace bytes the runner has written. Since 13.7
	Pickup    bool      `json:"pickup,omitempty"`     // the one right after it was handed out
	Status    int       `json:"status"`               // code; 0 if the answer was lost
	JobStatus string    `json:"job_status,omitempty"` // Job-Status of the answer
	At        time.Time `json:"at"`                   // when it was sent, UTC
}

// Final tells whether the update ends the job.
func (u *Update) Final() bool { return (&UpdateJobRequest{State: u.State}).Final() }

// Ended tells whether the update ends the job, and was answered for good. See
// [UpdateJobMessage.Ended].
func (u *Update) Ended() bool { return u.Final() && forGood(u.Status) }

// Dropped tells whether the update is a pickup after which the runner lets go of the
// job without another word (gitlab-runner commands/multi.go requestJob).
func (u *Update) Dropped() bool {
	return u.Pickup && (u.Status == 403 || u.Status == 404 || u.JobStatus == "canceled" || u.JobStatus == "failed")
}

// Cancel is the answer by which the upstream stopped a job: Job-Status
// "canceling" (softly, after_script runs), "canceled" or "failed". What a final
// update is answered does not stop anything, and is no Cancel.
type Cancel struct {
	Exchange   uint64    `json:"exchange"`    // whose answer it was, the first by its number
	JobStatus  string    `json:"job_status"`  // "canceling", "canceled", "failed"
	TraceBytes int64     `json:"trace_bytes"` // trace bytes the upstream held then, this exchange's included
	At         time.Time `json:"at"`          // when the answer came, UTC
}

// cancels are the values of Job-Status that stop a job (gitlab-runner
// network/remote_job_state_response.go).
func cancels(jobStatus string) bool {
	return jobStatus == "canceling" || jobStatus == "canceled" || jobStatus == "failed"
}
