package replaytest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"runnertape/fixtures/runner"
	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// other does the jobs but for lint, which fails with 8.
func other(ctx context.Context, job *runner.Payload) (runner.Played, error) {
	played, err := play(ctx, job)
	if job.JobInfo.Name == "lint" {
		played.ExitCode = 8
	}
	return played, err
}

// idle does nothing of what jobs do, but the two that are asked for end well.
func idle(_ context.Context, job *runner.Payload) (runner.Played, error) {
	return runner.Played{Log: runner.Preamble(job), State: "success"}, nil
}

// ask asks for what is not recorded, near to what is.
func ask(t testing.TB, srv *replaytest.Server) {
	t.Helper()
	res, err := srv.Client().Get(srv.URL() + "/group/project.git/no-such-thing")
	if err != nil {
		t.Error(err)
		return
	}
	res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", res.StatusCode)
	}
}

// mixUp sends a piece of trace of another job with the token of the one that it does.
func mixUp(t testing.TB, srv *replaytest.Server) {
	t.Helper()
	run(t, srv, 0, func(ctx context.Context, job *runner.Payload) (runner.Played, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPatch, srv.URL()+"/api/v4/jobs/1001/trace", strings.NewReader("mixed up"))
		if err != nil {
			return runner.Played{}, err
		}
		req.Header.Set("Job-Token", job.Token)
		req.Header.Set("Content-Range", "0-7")
		res, err := srv.Client().Do(req)
		if err != nil {
			return runner.Played{}, err
		}
		res.Body.Close()
		return play(ctx, job)
	})
}

// A test fails when it should, with these words, and does not when it may not.
func TestJudgement(t *testing.T) {
	without := func(names ...int64) replaytest.Options {
		return replaytest.Options{Replay: replay.Options{Jobs: names}}
	}
	everything := func(o replaytest.Options) replaytest.Options {
		o.AllowMisses, o.AllowUnused, o.AllowWrongTokens, o.AllowDifferences = true, true, true, replaytest.Any
		return o
	}
	for _, c := range []struct {
		name    string
		options replaytest.Options
		body    func(t testing.TB, srv *replaytest.Server)
		want    []string // of the lines that fail it, in order
	}{
		{"as recorded", without(1001, 1002, 1003), func(t testing.TB, srv *replaytest.Server) { run(t, srv, 0, play) }, nil},
		{"miss", without(1003), func(t testing.TB, srv *replaytest.Server) {
			run(t, srv, 0, play)
			ask(t, srv)
		}, []string{"missed GET /group/project.git/no-such-thing: no GET of that address was recorded"}},
		{"miss allowed", replaytest.Options{AllowMisses: true, Replay: replay.Options{Jobs: []int64{1003}}}, func(t testing.TB, srv *replaytest.Server) {
			run(t, srv, 0, play)
			ask(t, srv)
		}, nil},
		{"wrong token", without(1003), mixUp, []string{"refused PATCH /api/v4/jobs/1001/trace: its token is that of job 1003"}},
		{"wrong token allowed", replaytest.Options{AllowWrongTokens: true, Replay: replay.Options{Jobs: []int64{1003}}}, mixUp, nil},
		{"unused", without(1001, 1003), func(t testing.TB, srv *replaytest.Server) { run(t, srv, 1, play) }, []string{`job 1003 "lint": nobody asked for it`}},
		{"unused allowed", replaytest.Options{AllowUnused: true, Replay: replay.Options{Jobs: []int64{1001, 1003}}}, func(t testing.TB, srv *replaytest.Server) {
			run(t, srv, 1, play)
		}, nil},
		{"nothing asked", without(1003), func(testing.TB, *replaytest.Server) {}, []string{
			"nobody asked the server for anything: this shows nothing", `job 1003 "lint": nobody asked for it`,
		}},
		{"nothing asked, failed before", without(1003), func(t testing.TB, _ *replaytest.Server) { t.Error("the cause") }, []string{"the cause"}},
		{"other end", without(1003), func(t testing.TB, srv *replaytest.Server) { run(t, srv, 0, other) }, []string{`job 1003 "lint": exit code: recorded 7, replayed 8`}},
		{"other end, failed before", without(1003), func(t testing.TB, srv *replaytest.Server) {
			t.Error("the cause")
			run(t, srv, 0, other)
		}, []string{"the cause", `job 1003 "lint": exit code: recorded 7, replayed 8`}},
		{"other state", without(1001, 1003), func(t testing.TB, srv *replaytest.Server) { run(t, srv, 0, idle) }, []string{
			`job 1001 "build": artifact archive zip "artifacts.zip": recorded, not uploaded`,
			`job 1003 "lint": state: recorded failed, replayed success`, `job 1003 "lint": failure reason: recorded "script_failure", replayed ""`,
			`job 1003 "lint": exit code: recorded 7, replayed 0`,
		}},
		{"differences allowed", replaytest.Options{AllowDifferences: replaytest.Any, Replay: replay.Options{Jobs: []int64{1001, 1003}}}, func(t testing.TB, srv *replaytest.Server) {
			run(t, srv, 0, idle)
		}, nil},
		{"one difference allowed", replaytest.Options{
			AllowDifferences: func(d string) bool { return strings.HasPrefix(d, "artifact ") }, Replay: replay.Options{Jobs: []int64{1001, 1003}},
		}, func(t testing.TB, srv *replaytest.Server) { run(t, srv, 0, other) }, []string{`job 1003 "lint": exit code: recorded 7, replayed 8`}},
		{"not ended", without(1003), poll, []string{`job 1003 "lint": has not ended`}},
		{"not ended, failed before", without(1003), func(t testing.TB, srv *replaytest.Server) {
			poll(t, srv)
			t.Error("the cause")
		}, []string{"the cause"}},
		{"loop", replaytest.Options{Replay: replay.Options{Jobs: []int64{1003}, Loop: true}}, func(t testing.TB, srv *replaytest.Server) {
			run(t, srv, 3, play)
			poll(t, srv)
		}, nil},
		{"all allowed", everything(without(1001, 1002, 1003)), func(t testing.TB, srv *replaytest.Server) {
			run(t, srv, 2, other)
			ask(t, srv)
		}, nil},
		{"unknown job", everything(without(1003)), func(t testing.TB, srv *replaytest.Server) {
			srv.Job(7)
			t.Error("it goes on")
		}, []string{"job 7 is not in the recording; it has 1001, 1002, 1003, 1004"}},
		{"job not handed out", everything(without(1003)), func(t testing.TB, srv *replaytest.Server) {
			srv.Job(1001)
			t.Error("it goes on")
		}, []string{"job 1001 is not in the recording; it has 1001, 1002, 1003, 1004"}},
		{"unknown job to wait for", everything(without(1003)), func(t testing.TB, srv *replaytest.Server) {
			srv.Wait(t.Context(), 7)
			t.Error("it goes on")
		}, []string{"wait for jobs: job 7 is not in the recording", "nobody asked for it"}},
		{"waited in vain", everything(without(1003)), func(t testing.TB, srv *replaytest.Server) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			srv.Wait(ctx)
			t.Error("it goes on")
		}, []string{"wait for jobs: context canceled", `job 1003 "lint": nobody asked for it`}},
		{"unknown faults", everything(replaytest.Options{Faults: []string{"no-such-fault"}}), nil, []string{`there are no faults named "no-such-fault"`}},
		{"no such job to hand out", without(7), nil, []string{"job 7 is not in the recording"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			judged := faketest.Run(func(t testing.TB) {
				srv := replaytest.StartWith(t, recording, c.options)
				if c.body == nil {
					t.Error("it goes on")
				} else {
					c.body(t, srv)
				}
			})
			wantLines(t, judged, c.want)
		})
	}
}

// poll takes a job, and does nothing about it.
func poll(t testing.TB, srv *replaytest.Server) {
	t.Helper()
	res, err := srv.Client().Post(srv.URL()+"/api/v4/jobs/request", "application/json", strings.NewReader(`{"token":"glrt-a"}`))
	if err != nil {
		t.Error(err)
		return
	}
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Errorf("status %d", res.StatusCode)
	}
}

// wantLines wants each of the lines in what failed a test, in that order, one line of it each, and nothing that fails it if
// there are none.
func wantLines(t *testing.T, judged *faketest.T, want []string) {
	t.Helper()
	said := strings.Join(judged.Errors(), "\n")
	lines := 0
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); lines < len(want) && strings.Contains(line, want[lines]) {
			lines++
		} else if line != "" && !strings.Contains(line, "is not as recorded") && !strings.Contains(line, "jobs recorded") && !strings.Contains(line, "job recorded") {
			t.Errorf("said too: %s", line)
		}
	}
	if lines < len(want) || len(want) == 0 && judged.Failed() {
		t.Errorf("failed with\n%s\nwant\n%s\nlog:\n%s", said, strings.Join(want, "\n"), judged.Logged())
	}
}
