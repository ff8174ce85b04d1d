package replaytest_test

import (
	"context"
	"testing"
	"time"

	"runnertape/fixtures/runner"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

func testArtifacts(t testing.TB) {
	srv := replaytest.StartWith(t, "testdata/build-and-test.txtar", replaytest.Options{
		Replay: replay.Options{Jobs: []int64{1001}},           // of the recorded jobs only this one
		Faults: []string{"upload_artifacts: 503 once in all"}, // and the first upload fails
	})

	_, err := runner.Run(t.Context(), runner.Config{ // the program under test, here a small runner
		URL: srv.URL(), Token: srv.Token(), MaxJobs: 1, MaxWait: time.Millisecond,
		Play: func(_ context.Context, job *runner.Payload) (runner.Played, error) {
			return runner.Played{Log: []byte("done\n"), State: "success", Files: []runner.File{{Path: "app", Content: []byte("the program")}}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}

	for _, a := range srv.Job(1001).Artifacts() {
		if got := string(a.ReadFile("app")); got != "the program" {
			t.Errorf("artifact %s has the app %q", a, got)
		}
	}
}

// One of several recorded jobs, a fault, and what the runner has uploaded.
func Example_artifacts() {
	example(testArtifacts)
	// Output: PASS
}
