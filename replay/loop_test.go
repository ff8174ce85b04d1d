package replay_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"runnertape/fixtures/gitlab"
	"runnertape/fixtures/runner"
	"runnertape/replay"
)

// through is a client that goes through a forward proxy, also to loopback.
func through(t *testing.T, proxy string) *http.Client {
	t.Helper()
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(u)}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// play is a scripted runner of that version, until it has played n jobs.
func play(t *testing.T, c runner.Config, n int) []runner.JobResult {
	t.Helper()
	c.MaxJobs, c.MaxWait, c.Verify = n, time.Millisecond, true
	c.MaxIdle = 50
	c.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	result, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return result.Jobs
}

// record plays four kinds of jobs against the stand-in GitLab.
func record(t *testing.T, version string) (*replay.Tape, []runner.JobResult) {
	t.Helper()
	upstream, err := gitlab.Start(gitlab.Config{DirectDownload: true, Gzip: true, FinalAccepted: 2, TraceUpdateInterval: 60})
	if err != nil {
		t.Fatal(err)
	}
	defer upstream.Close()
	build := upstream.Enqueue(gitlab.Job{
		Name: "build", Script: []string{"echo building"},
		Artifacts: []gitlab.Artifact{{Paths: []string{"out/"}}, {Type: "junit", Paths: []string{"junit.xml"}}},
	})
	upstream.Enqueue(gitlab.Job{Name: "broken", Script: []string{"echo oh", "exit 7"}})
	upstream.Enqueue(gitlab.Job{Name: "stopped", Script: []string{"sleep infinity"}, AfterScript: []string{"echo bye"}, CancelWhen: &gitlab.Cancel{Contains: "sleep infinity"}})
	upstream.Enqueue(gitlab.Job{Name: "deploy", Script: []string{"echo deploying"}, DependsOn: []int64{build}})
	tape := replay.NewTape(upstream.URL())
	jobs := play(t, runner.Config{URL: upstream.URL(), Token: upstream.RunnerToken(), Version: version, HTTPClient: through(t, replay.CaptureForward(t, tape))}, 4)
	if v := upstream.Violations(); len(v) > 0 {
		t.Fatalf("recording: %q", v)
	}
	return tape, jobs
}

// TestLoop plays what was recorded of one runner version to others, in reverse
// and forward, with the upstream gone: each job ends as it did.
func TestLoop(t *testing.T) {
	for _, recorded := range []string{"17.9.0", "18.5.0"} {
		tape, want := record(t, recorded)
		for _, version := range []string{"15.11.0", "17.9.0", "18.5.0", "19.0.0"} {
			for _, way := range []string{"reverse", "forward"} {
				t.Run(recorded+" to "+version+" "+way, func(t *testing.T) {
					logger := slog.New(slog.NewTextHandler(t.Output(), nil))
					r, err := replay.New(tape, replay.Options{Logger: logger, TraceInterval: time.Second})
					if err != nil {
						t.Fatal(err)
					}
					s := httptest.NewServer(r)
					defer s.Close()
					cfg := runner.Config{URL: s.URL + "/some/prefix", Token: "glrt-anything000000000000", Version: version, PatchSize: 300}
					if way == "forward" {
						cfg.URL, cfg.HTTPClient = tape.Header().Upstream, through(t, s.URL)
					}
					got := play(t, cfg, len(want))
					select {
					case <-r.Done():
					case <-t.Context().Done():
						t.Fatal("replay is not done")
					}
					for i, g := range got {
						if g.State != want[i].State || g.ExitCode != want[i].ExitCode || g.Name != want[i].Name {
							t.Errorf("runner: job %+v, recorded %+v", g, want[i])
						}
						if !slices.Equal(g.Downloads, want[i].Downloads) {
							t.Errorf("job %d: downloads %+v, recorded %+v", g.ID, g.Downloads, want[i].Downloads)
						}
						if g.Uploads != want[i].Uploads {
							t.Errorf("job %d: %d uploads, recorded %d", g.ID, g.Uploads, want[i].Uploads)
						}
					}
					c := r.Receipt()
					for _, j := range c.Jobs {
						if !j.Same() || len(j.Differences) > 0 {
							t.Errorf("job %d %s: recorded %+v, replayed %+v, %q", j.ID, j.Name, j.Recorded, j.Replayed, j.Differences)
						}
					}
					if c.Missed > 0 || len(c.Jobs) != 4 {
						t.Errorf("receipt\n%s", c.Summary())
					}
				})
			}
		}
	}
}
