package replaytest_test

import (
	"context"
	"testing"
	"time"

	"runnertape/fixtures/runner"
	"runnertape/replay/replaytest"
)

// recording has four jobs: 1001 build, with an artifact, 1002 test, which needs that, 1003 lint, which fails with 7, and 1004 wait,
// which is canceled.
const recording = "../../fixtures/runner-16.9.0-forward.txtar"

// play does what those jobs do, but for cloning.
func play(_ context.Context, job *runner.Payload) (runner.Played, error) {
	played := runner.Played{Log: append(runner.Preamble(job), "the log of "+job.JobInfo.Name+"\n"...), State: "success"}
	switch job.JobInfo.Name {
	case "build":
		played.Files = []runner.File{{Path: "result.txt", Content: []byte("result\n")}}
	case "lint":
		played.State, played.FailureReason, played.ExitCode = "failed", "script_failure", 7
	case "wait":
		played.WaitForCancel = true
	}
	return played, nil
}

// run is a runner that takes jobs until there are no more, at most max, 0 for all.
func run(t testing.TB, srv *replaytest.Server, max int, play runner.Play) {
	t.Helper()
	_, err := runner.Run(t.Context(), runner.Config{
		URL: srv.URL(), Token: srv.Token(), Version: "17.9.0", MaxIdle: 1, MaxJobs: max, MaxWait: time.Millisecond, Play: play,
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAsRecorded(t *testing.T) {
	t.Parallel()
	srv := replaytest.Start(t, recording)
	run(t, srv, 0, play)
	srv.Wait(t.Context())
	if j := srv.Job(1003); j.Name() != "lint" || j.State() != "failed" || j.FailureReason() != "script_failure" || j.ExitCode() != 7 {
		t.Errorf("%+v", j.Receipt())
	}
}
