package runnertape_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"runnertape/fixtures/runner"
)

// TestMain lets the test binary be the gitlab-runner of transcripts.
func TestMain(m *testing.M) {
	if os.Getenv("RUNNERTAPE_SCRIPTED_RUNNER") == "" {
		os.Exit(m.Run())
	}
	if err := scriptedRunner(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// scriptedRunner is as much of `gitlab-runner run-single` as transcripts need: flags and environment are those
// of the real one, jobs are played and not run.
func scriptedRunner(args []string) error {
	if len(args) == 0 || args[0] != "run-single" {
		return fmt.Errorf("the scripted runner knows run-single only, not %q", args)
	}
	flags := flag.NewFlagSet("gitlab-runner run-single", flag.ContinueOnError)
	url := flags.String("url", os.Getenv("CI_SERVER_URL"), "")
	token := flags.String("token", os.Getenv("CI_SERVER_TOKEN"), "")
	builds := flags.Int("max-builds", 0, "")
	wait := flags.Int("wait-timeout", 0, "seconds without a job after which it ends")
	for _, name := range []string{"executor", "shell", "builds-dir"} {
		flags.String(name, "", "") // of no meaning for what is played
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	cfg := runner.Config{URL: *url, Token: *token, MaxJobs: *builds, MaxWait: 10 * time.Millisecond}
	if *wait > 0 {
		cfg.MaxIdle = 10
	}
	result, err := runner.Run(context.Background(), cfg)
	for _, job := range result.Jobs {
		fmt.Printf("job %d %q: %s\n", job.ID, job.Name, job.State)
	}
	return err
}
