package trim

import (
	"runnertape"
	"runnertape/decode"
)

// JobOf is the job that an exchange is of, 0 if of none; of one that has not ended what its request line tells.
func JobOf(x *runnertape.Exchange) int64 {
	if x.Decoded != nil {
		return x.Decoded.JobID
	}
	call := decode.Classify(x.Request.Method, x.Request.Path())
	switch call.Endpoint {
	case decode.UpdateJob, decode.PatchTrace, decode.UploadArtifacts:
		return call.JobID
	}
	return 0
}

// see takes note of what the exchanges of kept jobs tell.
func (c *Choice) see(x *runnertape.Exchange) {
	j := c.jobs[JobOf(x)]
	if j == nil {
		return
	}
	j.span.take(x)
	j.last = x.ID
	if x.Decoded == nil {
		return
	}
	switch decode.Endpoint(x.Decoded.Endpoint) {
	case decode.RequestJob:
		c.seeHandout(j, x)
	case decode.DownloadArtifacts, decode.UploadArtifacts, decode.ObjectStorage:
		c.storage.see(x)
	case decode.Git:
		j.seeGit(x)
	}
}

// seeHandout takes note of the exchange that handed a job out.
func (c *Choice) seeHandout(j *job, x *runnertape.Exchange) {
	if x.Decoded.Runner.Token != "" {
		c.runners[x.Decoded.Runner.Token] = true
	}
	m, err := decode.ParseMessage(x.Decoded)
	if err != nil {
		return
	}
	handout, ok := m.(*decode.RequestJobMessage)
	if !ok || handout.Job == nil {
		return
	}
	j.handed = true
	j.project = handout.Job.ClonedProject()
}
