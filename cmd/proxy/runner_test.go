package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// realRunner is the gitlab-runner to judge by, or skips.
func realRunner(t *testing.T) string {
	t.Helper()
	path := os.Getenv("GITLAB_RUNNER")
	if path == "" {
		path, _ = exec.LookPath("gitlab-runner")
	}
	if path == "" {
		t.Skip("NOT RUN: no gitlab-runner; set GITLAB_RUNNER to the path of one")
	}
	return path
}

// way is one way from a runner to GitLab.
type way struct {
	name    string
	tls     bool
	names   bool // GitLab is known by a name only the recorder can resolve
	rewrite bool
}

var ways = []way{
	{name: "reverse", rewrite: true},
	{name: "forward", names: true},
	{name: "connect", tls: true, names: true},
}

// An unmodified runner does the same jobs with GitLab itself, through the
// recorder by each way in, and with a replay of each recording with GitLab gone.
func TestRealRunner(t *testing.T) {
	bin := realRunner(t)
	direct := newStage(t, bin, way{name: "direct"})
	want := direct.runWith(t, direct.server.URL(), nil)
	t.Logf("direct: %s", want)
	if want.violations != "" {
		t.Fatalf("direct: GitLab complains: %s", want.violations)
	}
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			s := newStage(t, bin, way)
			path, got := s.record(t)
			t.Logf("recorded: %s", got)
			got.compare(t, want)
			s.server.Close()
			compareClaims(t, path)
			if found, said := proxyScan(t, path); found {
				t.Errorf("a scan finds\n%s", said)
			}
			s.replay(t, path, want)
		})
	}
}

// saw is what GitLab saw of the jobs.
type saw struct {
	ends       []string
	requests   string // kinds of requests, sorted, each once a job
	violations string
}

func (s saw) String() string { return strings.Join(s.ends, ", ") + "; " + s.requests }

func (s saw) compare(t *testing.T, want saw) {
	t.Helper()
	if !slices.Equal(s.ends, want.ends) {
		t.Errorf("jobs ended\n%s\nwant\n%s", strings.Join(s.ends, "\n"), strings.Join(want.ends, "\n"))
	}
	if s.requests != want.requests {
		t.Errorf("GitLab saw\n%s\nwant\n%s", s.requests, want.requests)
	}
	if s.violations != "" {
		t.Errorf("GitLab complains: %s", s.violations)
	}
}

const masked = "s3cr3t-of-the-job-7261"

func newStage(t *testing.T, bin string, w way) *stage {
	t.Helper()
	return readShape(t, "../../fixtures/shapes/runner.txtar").stage(t, bin, w)
}
