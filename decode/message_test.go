package decode

import (
	"testing"

	"runnertape"
)

// What Wants asks for is bounded for every endpoint, and nothing of what is
// large on the wire.
func TestWants(t *testing.T) {
	for e, want := range map[Endpoint][2]int64{
		RequestJob:        {MaxMessage, MaxMessage},
		UpdateJob:         {MaxMessage, wantsHead},
		PatchTrace:        {0, wantsHead},
		UploadArtifacts:   {wantsHead, wantsHead},
		DownloadArtifacts: {0, wantsHead},
		Git:               {wantsGit, wantsGit},
		Unknown:           {wantsHead, wantsHead},
	} {
		if got := [2]int64{Wants(e, runnertape.RequestSide), Wants(e, runnertape.ResponseSide)}; got != want {
			t.Errorf("%s wants %v, want %v", e, got, want)
		}
	}
}
