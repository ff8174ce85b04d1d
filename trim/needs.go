package trim

import (
	"runnertape"
	"runnertape/decode"
)

// mayBeNeeded tells whether a kept job may need exchanges of an endpoint that are not its own.
func mayBeNeeded(endpoint decode.Endpoint) bool {
	switch endpoint {
	case decode.RegisterRunner, decode.VerifyRunner, decode.ResetToken, decode.UnregisterRunner, decode.UnregisterRunnerManager, decode.RouterDiscovery,
		decode.Git, decode.ObjectStorage, decode.Cache, decode.Unknown:
		return true
	}
	return false
}

// needs tells whether a job that is kept needs an exchange that is not its own, of an endpoint of which it may.
func (c *Choice) needs(x *runnertape.Exchange) bool {
	own := x.Decoded.JobID == 0 && c.ran(x.Started)
	switch decode.Endpoint(x.Decoded.Endpoint) {
	case decode.Git:
		project := decode.Classify(x.Request.Method, x.Request.Path()).Project
		return own && c.git.has(project) || c.git.builds(project, x.ID)
	case decode.ObjectStorage:
		return own || c.storage.lacks(x)
	case decode.Cache, decode.Unknown:
		return own
	}
	return c.runners[x.Decoded.Runner.Token]
}
