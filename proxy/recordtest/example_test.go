package recordtest_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"runnertape/fixtures/gitlab"
	"runnertape/internal/faketest"
	"runnertape/proxy/recordtest"
)

// example runs the test of an Example, which has no testing.T.
func example(test func(testing.TB)) {
	if ran := faketest.Run(test); ran.Failed() {
		fmt.Println(strings.Join(ran.Errors(), "\n"))
		return
	}
	fmt.Println("PASS")
}

// TestMain gives the Example a GitLab to record.
func TestMain(m *testing.M) {
	flag.Parse()
	if !recordtest.Updating() {
		os.Exit(m.Run())
	}
	server, err := gitlab.Start(gitlab.Config{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	server.Enqueue(gitlab.Job{Name: "hello", Script: []string{"echo hello"}})
	os.Setenv("GITLAB_URL", server.URL())
	os.Setenv("GITLAB_RUNNER_TOKEN", server.RunnerToken())
	code := m.Run()
	server.Close()
	os.Exit(code)
}
