package recordtest

import (
	"runnertape/redact"
	"runnertape/replay/replaytest"
)

// Options are the choices of a test. The zero value replays.
type Options struct {
	// Upstream is the base URL of the GitLab to record, "https://gitlab.example.com". It is needed when recording, and not looked
	// at else.
	Upstream string

	// Token is what Token gives when recording: that of a runner which the GitLab knows. It is a secret, and so kept out of
	// the recording.
	Token string

	UpstreamCA string            // PEM file with certificates to trust, beside the system's; "" for those only
	Resolve    map[string]string // host, or host:port, to the address to dial for it
	Intercept  []string          // hosts that are recorded beside the upstream's: object storage, another registry
	Secrets    redact.Given      // what is secret beside what GitLab says is

	Update bool               // record, also without -update
	Replay replaytest.Options // choices when replaying
}
