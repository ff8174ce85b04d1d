package replaytest_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"runnertape/fixtures/gitlab"
	"runnertape/fixtures/runner"
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

// The Example with a real runner is run here, since an Example cannot be skipped.
func TestRealRunner(t *testing.T) {
	if os.Getenv("GITLAB_RUNNER") == "" {
		path, err := exec.LookPath("gitlab-runner")
		if err != nil {
			t.Skip("NOT RUN: no gitlab-runner; set GITLAB_RUNNER to the path of one")
		}
		t.Setenv("GITLAB_RUNNER", path)
	}
	testRunner(t)
}

// The recordings of the Examples, made anew with -update.
func TestRecordings(t *testing.T) {
	for _, c := range []struct {
		name string
		jobs []gitlab.Job
	}{
		{"passing-job", []gitlab.Job{
			{Name: "hello", Script: []string{"echo hello"}, Variables: []gitlab.Variable{{Key: "GIT_STRATEGY", Value: "none", Public: true}}},
		}},
		{"build-and-test", []gitlab.Job{
			{Name: "build", Script: []string{"make app"}, Artifacts: []gitlab.Artifact{{Type: "archive", Format: "zip", Paths: []string{"app"}}}},
			{Name: "test", Script: []string{"./app --test"}, DependsOn: []int64{1001}},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var options recordtest.Options
			if recordtest.Updating() {
				server, err := gitlab.Start(gitlab.Config{TraceUpdateInterval: 1, DirectDownload: true})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { server.Close() })
				for _, j := range c.jobs {
					server.Enqueue(j)
				}
				options.Upstream, options.Token = server.URL(), server.RunnerToken()
			}
			srv := recordtest.Start(t, "testdata/"+c.name+".txtar", options)
			result, err := runner.Run(t.Context(), runner.Config{URL: srv.URL(), Token: srv.Token(), Version: "17.9.0", MaxIdle: 1, MaxWait: time.Millisecond})
			if err != nil || len(result.Jobs) != len(c.jobs) {
				t.Errorf("%+v, %v", result, err)
			}
		})
	}
}
