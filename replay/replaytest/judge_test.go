package replaytest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/fixtures/runner"
	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
	"runnertape/serve"
	"runnertape/store"
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

// A test fails when it should, with these words, and does not when it may not.
func TestJudgement(t *testing.T) {
	without := func(names ...int64) replaytest.Options {
		return replaytest.Options{Replay: replay.Options{Jobs: names}}
	}
	everything := func(o replaytest.Options) replaytest.Options {
		o.AllowMisses, o.AllowUnused, o.AllowDifferences = true, true, replaytest.Any
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

// A recording that cannot be read fails a test, and never skips it.
func TestUnreadableRecordings(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none.txtar"), "no such file"},
		{"newer", file("newer.txtar", "runnertape text recording, format 999\n"), "written by a newer version, in format 999"},
		{"foreign", file("foreign.db", "nothing of ours\n"), "foreign.db"},
		{"empty", file("empty.txtar", ""), "empty.txtar"},
	} {
		t.Run(c.name, func(t *testing.T) {
			judged := faketest.Run(func(t testing.TB) {
				replaytest.Start(t, c.path)
				t.Error("it goes on")
			})
			if said := strings.Join(judged.Errors(), "\n"); len(judged.Errors()) != 1 || !strings.Contains(said, c.want) || strings.Contains(said, "goes on") {
				t.Errorf("failed with %q, want %q", said, c.want)
			}
		})
	}
}

// A database is as good as a text, and what is no file as a file.
func TestSources(t *testing.T) {
	t.Parallel()
	text, err := serve.Open(recording)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	path := filepath.Join(t.TempDir(), "recording.db")
	w, err := store.Create(path, text.Header())
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range text.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body, err := text.Body(x.ID, side)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(body)
			if err := errors.Join(err, body.Close(), w.Write(x.ID, side, content)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Put(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "recording")
	if err := fixtures.WriteFolder(folder, text); err != nil {
		t.Fatal(err)
	}
	lint := replaytest.Options{Replay: replay.Options{Jobs: []int64{1003}}}
	for name, srv := range map[string]*replaytest.Server{
		"database": replaytest.StartWith(t, path, lint), "folder": replaytest.StartWith(t, folder, lint), "source": replaytest.StartSource(t, text, lint),
	} {
		run(t, srv, 0, play)
		if j := srv.Job(1003); j.State() != "failed" {
			t.Errorf("%s: %+v", name, j.Receipt())
		}
		srv.Close()
	}
}

// A test may close the server itself, more than once, and ask of the jobs afterwards; it is judged once.
func TestCloseEarly(t *testing.T) {
	t.Parallel()
	judged := faketest.Run(func(t testing.TB) {
		srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1003}}})
		run(t, srv, 1, play)
		srv.Close()
		srv.Close()
		build := srv.Job(1001)
		if got := string(build.Artifacts()[0].ReadFile("result.txt")); got != "result\n" {
			t.Errorf("result.txt is %q", got)
		}
		if !strings.HasSuffix(string(build.Trace()), "the log of build\n") {
			t.Errorf("log %q", build.Trace())
		}
		if _, err := srv.Client().Get(srv.URL()); err == nil {
			t.Error("it still answers")
		}
	})
	wantLines(t, judged, []string{`job 1003 "lint": nobody asked for it`})
	if n := len(judged.Errors()); n != 1 {
		t.Errorf("failed %d times", n)
	}
}

// hurried is a test whose time is over at a deadline.
type hurried struct {
	testing.TB
	deadline time.Time
}

func (h hurried) Deadline() (time.Time, bool) { return h.deadline, true }

// Who waits in vain is told so before the time of the test is over.
func TestWaitInTime(t *testing.T) {
	t.Parallel()
	judged := faketest.Run(func(t testing.TB) {
		srv := replaytest.StartWith(hurried{t, time.Now().Add(time.Second)}, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1003}}})
		srv.Wait(context.Background())
		t.Error("it goes on")
	})
	wantLines(t, judged, []string{"wait for jobs: the time of go test -timeout is nearly over", `job 1003 "lint": nobody asked for it`})
}

// A poll that is held when the test ends does not hold up the end.
func TestEndWhileHeld(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	ended := make(chan error, 1)
	faketest.Run(func(t testing.TB) {
		srv := replaytest.StartWith(t, recording, replaytest.Options{AllowUnused: true, Faults: []string{"request_job: hang"}})
		go func() { // ends with the server
			req, err := http.NewRequest(http.MethodPost, srv.URL()+"/api/v4/jobs/request", strings.NewReader(`{"token":"glrt-a"}`))
			if err != nil {
				ended <- err
				return
			}
			sent := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(began) }}
			res, err := srv.Client().Do(req.WithContext(httptrace.WithClientTrace(req.Context(), sent)))
			if err == nil {
				err = fmt.Errorf("status %d", res.StatusCode)
				res.Body.Close()
			}
			ended <- err
		}()
		<-began
	})
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the poll was answered")
		}
	case <-time.After(time.Minute):
		t.Error("the poll is still held")
	}
}
