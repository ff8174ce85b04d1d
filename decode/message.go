package decode

import "runnertape"

// Message is the decoded, typed view of an exchange. Its JSON form is the
// "message" of `proxy dump --json`.
type Message interface {
	// Gist is the message in a few words, for one line of a listing. It holds no
	// secret: tokens are in their short form, of URLs only the host.
	Gist() string
	// Notes is what it has in common with messages of other endpoints.
	Notes() *Common
}

// Raw is the message of an exchange that could not be read.
type Raw struct {
	Reason string `json:"reason"` // what was wrong, and where

	Common
}

// Gist is the reason.
func (r *Raw) Gist() string { return r.Reason }

// Bodies is as much of an exchange's two bodies as [Wants] asked for, as they
// were on the wire (still encoded).
type Bodies struct {
	Request, Response []byte
}

// MaxMessage is how many bytes of a JSON body are decoded, unpacked. GitLab's
// own bound for jobs/request is 32 KiB up; payloads down are a few hundred KiB at most.
const MaxMessage = 8 << 20

// Sizes of what is wanted of bodies that are not JSON.
const (
	wantsHead = 4 << 10  // error texts, the head of a multipart body, the first bytes of an archive
	wantsGit  = 64 << 10 // wants and haves of a fetch, refs, and the head of a pack
)

// Wants is how many of a body's first bytes decoding can use. Bodies up to
// that size should be given whole.
func Wants(e Endpoint, side runnertape.Side) int64 {
	request := side == runnertape.RequestSide
	switch e {
	case RegisterRunner, VerifyRunner, UnregisterRunner, UnregisterRunnerManager, ResetToken, RequestJob, RouterDiscovery:
		return MaxMessage
	case UpdateJob:
		if request {
			return MaxMessage
		}
	case PatchTrace, DownloadArtifacts, ObjectStorage:
		if request {
			return 0
		}
	case Git:
		return wantsGit
	}
	return wantsHead
}
