package main

import (
	"time"

	"runnertape"
	"runnertape/decode"
	"runnertape/findings"
)

// jsonJob is an object of `proxy jobs --json`, and a line of `proxy jobs`: a contract, described
// field by field in docs/json.md. Fields may be added; scripts ignore what they do not know.
type jsonJob struct {
	ID            int64             `json:"id"`
	HandedOut     uint64            `json:"handed_out"`
	Name          string            `json:"name"`
	Stage         string            `json:"stage,omitempty"`
	Project       string            `json:"project"`
	ProjectID     int64             `json:"project_id,omitempty"`
	PipelineID    int64             `json:"pipeline_id,omitempty"`
	Ref           string            `json:"ref,omitempty"`
	SHA           string            `json:"sha,omitempty"`
	Runner        runnertape.Runner `json:"runner"`
	State         string            `json:"state"`
	ExitCode      *int64            `json:"exit_code,omitempty"`
	FailureReason string            `json:"failure_reason,omitempty"`
	CanceledBy    uint64            `json:"canceled_by,omitempty"`
	RequestedAt   time.Time         `json:"requested_at,omitzero"`
	PickedUpAt    time.Time         `json:"picked_up_at,omitzero"`
	EndedAt       time.Time         `json:"ended_at,omitzero"`
	LastSeenAt    time.Time         `json:"last_seen_at"`
	QueuedMS      float64           `json:"queued_ms,omitempty"`
	RunMS         float64           `json:"run_ms"`
	TimeoutMS     float64           `json:"timeout_ms,omitempty"`
	Exchanges     int               `json:"exchanges"`
	FirstExchange uint64            `json:"first_exchange"`
	LogBytes      int64             `json:"log_bytes"`
	ArtifactCount int               `json:"artifact_count"`
	ArtifactBytes int64             `json:"artifact_bytes"`
	weights
}

// summary is what the list keeps of j, which lets go of its events. Of one that is over no end will come, though
// there is a recorder.
func (r *jobReader) summary(j *decode.Job, odd []findings.Finding, over bool) *jsonJob {
	first, last := seenFrom(j), seenUntil(j)
	o := &jsonJob{
		ID: j.ID, HandedOut: j.Payload, Name: j.Name, Stage: j.Stage, Project: j.Project, ProjectID: j.ProjectID, PipelineID: j.PipelineID,
		Ref: j.Ref, SHA: j.SHA, Runner: j.Runner, State: stateOf(j, r.live && !over, r.until), ExitCode: j.ExitCode, FailureReason: j.FailureReason,
		RequestedAt: j.RequestedAt, PickedUpAt: j.PickedUp, EndedAt: j.Ended, LastSeenAt: last,
		QueuedMS: milliseconds(j.Queued), RunMS: milliseconds(last.Sub(first)), TimeoutMS: milliseconds(j.Timeout),
		Exchanges: len(j.Events), FirstExchange: j.Events[0].Exchange, LogBytes: j.TraceSize(),
	}
	if j.CanceledBy != nil {
		o.CanceledBy = j.CanceledBy.Exchange
	}
	for _, u := range j.Uploads {
		if isKept(u) {
			o.ArtifactCount++
			o.ArtifactBytes += u.FileBytes
		}
	}
	o.add(odd)
	return o
}

// seenFrom is when j was picked up, or, if that was not recorded, first seen.
func seenFrom(j *decode.Job) time.Time {
	if !j.PickedUp.IsZero() || len(j.Events) == 0 {
		return j.PickedUp
	}
	return j.Events[0].At
}

// seenUntil is when j ended, or was last heard of.
func seenUntil(j *decode.Job) time.Time {
	if !j.Ended.IsZero() {
		return j.Ended
	}
	last := seenFrom(j)
	for _, e := range j.Events {
		for _, at := range []time.Time{e.At, e.Ended} {
			if at.After(last) {
				last = at
			}
		}
	}
	return last
}

// jsonStory is an object of `proxy jobs ID --json`: a contract too.
type jsonStory struct {
	jsonJob
	Earlier   []uint64              `json:"earlier"`
	Features  []string              `json:"features"`
	Phases    []decode.Phase        `json:"phases"`
	Events    []decode.Event        `json:"events"`
	Turns     []decode.Turn         `json:"turns"`
	Retries   []decode.Retry        `json:"retries"`
	Log       *decode.Log           `json:"log"`
	Artifacts []decode.Upload       `json:"artifacts"`
	Downloads []decode.Download     `json:"downloads"`
	Caches    []decode.CacheRequest `json:"caches"`
	Contents  []jsonHeld            `json:"contents"`
	Findings  []findings.Finding    `json:"findings"`
}

// jsonHeld is what a body of an exchange holds.
type jsonHeld struct {
	Exchange uint64 `json:"exchange"`
	*jsonContents
}

func (st *story) json() *jsonStory {
	return &jsonStory{
		jsonJob: *st.summary, Earlier: list(st.Earlier), Features: list(st.Features), Phases: list(st.Job.Phases()), Events: list(st.Events),
		Turns: list(st.turns), Retries: list(st.retries), Log: st.log, Artifacts: list(st.Uploads), Downloads: list(st.Downloads),
		Caches: list(st.Caches), Contents: list(st.held), Findings: list(st.odd),
	}
}

// list is never null in JSON.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
