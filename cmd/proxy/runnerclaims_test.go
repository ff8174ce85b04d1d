package main

import (
	"io"
	"slices"
	"testing"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
)

// compareClaims reads the logs of a recording: what the runner says of them agrees
// with what passed, though they are recorded with stand-ins; but of a job that was
// canceled GitLab refused the end, and runners from before 13.4 say nothing.
func compareClaims(t *testing.T, path string) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	builder := decode.NewBuilder()
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		builder.Add(x, nil)
	}
	for _, job := range builder.Jobs() {
		seen := readLog(t, src, job)
		t.Logf("job %d: %s: %s; %d sections", job.ID, seen.Verdict, seen.Reason, len(seen.Sections))
		disagrees := seen.Verdict != decode.Agrees && job.CanceledBy == nil && slices.Contains(job.Features, "trace_checksum")
		if disagrees || len(seen.Sections) == 0 {
			t.Errorf("job %d: %+v", job.ID, seen)
		}
	}
}

// readLog reads the log of a job of src.
func readLog(t testing.TB, src recording, job *decode.Job) *decode.Log {
	t.Helper()
	log, err := decode.ReadLog(job, func(id uint64, from int64) (io.ReadCloser, error) {
		return contents.OfBody(src, id, runnertape.RequestSide)(from)
	}, src.Header().Redacted)
	mustDo(t, err)
	return log
}
