package replaytest_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"runnertape/replay/replaytest"
)

func testRunner(t testing.TB) {
	srv := replaytest.Start(t, "testdata/passing-job.txtar")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	c := exec.CommandContext(ctx, os.Getenv("GITLAB_RUNNER"), "run-single", "--executor", "shell", "--shell", "bash",
		"--builds-dir", t.TempDir(), "--max-builds", "1", "--wait-timeout", "20")
	c.Env = append(os.Environ(), srv.Env()...) // or srv.ForwardEnv()
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("gitlab-runner: %v\n%s", err, out)
	}

	srv.Wait(ctx)
	if job := srv.Job(1001); job.State() != "success" || job.ExitCode() != 0 {
		t.Errorf("job 1001 ended %s", job.State())
	}
}

// An unmodified gitlab-runner does the job as a child process.
func Example_runner() {
	example(testRunner)
}
