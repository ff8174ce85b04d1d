package decode

import (
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"runnertape"
)

func (j *Job) handOut(x *runnertape.Exchange, m *RequestJobMessage) {
	if m.Job == nil {
		return
	}
	j.Payload, j.RequestedAt, j.PickedUp = x.ID, x.Started, answered(x)
	info := &m.Job.JobInfo
	j.Name, j.Stage = info.Name, info.Stage
	j.Project = cmp.Or(info.ProjectFullPath, m.Job.Variable("CI_PROJECT_PATH"), info.ProjectName)
	j.ProjectID, j.Ref, j.SHA = info.ProjectID, m.Job.GitInfo.Ref, m.Job.GitInfo.SHA
	if j.PipelineID = info.PipelineID; j.PipelineID == 0 {
		j.PipelineID, _ = strconv.ParseInt(m.Job.Variable("CI_PIPELINE_ID"), 10, 64) // 0 if it is none
	}
	j.Features = m.Request.Info.Features.names()
	j.Queued = seconds(info.TimeInQueueSeconds)
	j.Timeout = seconds(float64(m.Job.RunnerInfo.TimeoutSeconds))
}

// seconds is a number of seconds as a duration: none if it is negative, and at most the
// longest there is.
func seconds(s float64) time.Duration {
	if ns := s * float64(time.Second); ns < math.MaxInt64 {
		return time.Duration(max(0, ns))
	}
	return math.MaxInt64
}

// names are the features a runner has, in the protocol's words, sorted.
func (f FeaturesInfo) names() []string {
	text, _ := json.Marshal(f) // it has nothing that could fail
	var has map[string]any
	_ = json.Unmarshal(text, &has)
	maps.DeleteFunc(has, func(_ string, value any) bool { return value != true })
	return slices.Sorted(maps.Keys(has))
}

func (j *Job) patch(x *runnertape.Exchange, m *PatchTraceMessage) {
	p := Patch{
		Exchange: x.ID, Start: m.Start, Bytes: m.Bytes, Truncated: m.Truncated,
		Status: m.Answer.Status, JobStatus: m.Answer.JobStatus, Held: m.Answer.Range, At: x.Started,
		CRC32: x.Request.Body.CRC32,
	}
	j.Patches = insert(j.Patches, p, Patch.exchange)
	j.heed(x, m.Answer.JobStatus)
	if c := j.CanceledBy; c != nil && x.ID <= c.Exchange {
		c.TraceBytes = j.traceAt(c.Exchange).size
	}
}

func (j *Job) update(x *runnertape.Exchange, m *UpdateJobMessage) {
	u := Update{
		Exchange: x.ID, State: m.Request.State, Reason: m.Request.FailureReason, ExitCode: m.Request.ExitCode,
		Checksum: m.Request.Checksum, Pickup: m.Request.Pickup(), Status: m.Answer.Status, JobStatus: m.Answer.JobStatus, At: x.Started,
	}
	if m.Request.Output != nil {
		u.Checksum = cmp.Or(u.Checksum, m.Request.Output.Checksum)
		u.Bytesize = m.Request.Output.Bytesize
	}
	j.Updates = insert(j.Updates, u, Update.exchange)
	if !u.Final() {
		j.heed(x, u.JobStatus)
		return
	}
	last := &j.Updates[len(j.Updates)-1]
	for i := len(j.Updates) - 1; !last.Final(); i-- { // u itself is one
		last = &j.Updates[i]
	}
	j.State, j.FailureReason, j.ExitCode = last.State, last.Reason, last.ExitCode
	if at := answered(x); m.Ended() && at.After(j.Ended) {
		j.Ended = at
	}
}

// heed notes the first answer that stops the job.
func (j *Job) heed(x *runnertape.Exchange, jobStatus string) {
	if cancels(jobStatus) && (j.CanceledBy == nil || x.ID < j.CanceledBy.Exchange) {
		j.CanceledBy = &Cancel{Exchange: x.ID, JobStatus: jobStatus, TraceBytes: j.traceAt(x.ID).size, At: answered(x)}
	}
}

// answered is when the answer came, or the exchange ended without.
func answered(x *runnertape.Exchange) time.Time {
	if x.Replied.IsZero() {
		return x.Ended
	}
	return x.Replied
}
