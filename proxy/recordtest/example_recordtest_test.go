package recordtest_test

import (
	"os"
	"testing"
	"time"

	"runnertape/fixtures/runner"
	"runnertape/proxy/recordtest"
)

func testHello(t testing.TB) {
	srv := recordtest.Start(t, "testdata/hello.txtar", recordtest.Options{
		Upstream: os.Getenv("GITLAB_URL"), // both are read with -update only
		Token:    os.Getenv("GITLAB_RUNNER_TOKEN"),
	})

	ran, err := runner.Run(t.Context(), runner.Config{ // the program under test, here a small runner
		URL: srv.URL(), Token: srv.Token(), MaxJobs: 1, MaxWait: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ran.Jobs) != 1 || ran.Jobs[0].State != "success" {
		t.Errorf("the runner did %+v", ran.Jobs)
	}
}

// With `go test -update` a real GitLab is recorded, without it the recording is replayed; the test does not know which.
func Example() {
	example(testHello)
	// Output: PASS
}
