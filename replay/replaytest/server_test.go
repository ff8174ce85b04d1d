package replaytest_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"runnertape/fixtures/runner"
	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// recording has four jobs: 1001 build, with an artifact, 1002 test, which needs that, 1003 lint, which fails with 7, and 1004 wait,
// which is canceled.
const recording = "../../fixtures/runner-16.9.0-forward.txtar"

// play does what those jobs do, but for cloning.
func play(_ context.Context, job *runner.Payload) (runner.Played, error) {
	played := runner.Played{Log: append(runner.Preamble(job), "the log of "+job.JobInfo.Name+"\n"...), State: "success"}
	switch job.JobInfo.Name {
	case "build":
		played.Files = []runner.File{{Path: "result.txt", Content: []byte("result\n")}}
	case "lint":
		played.State, played.FailureReason, played.ExitCode = "failed", "script_failure", 7
	case "wait":
		played.WaitForCancel = true
	}
	return played, nil
}

// run is a runner that takes jobs until there are no more, at most max, 0 for all.
func run(t testing.TB, srv *replaytest.Server, max int, play runner.Play) {
	t.Helper()
	_, err := runner.Run(t.Context(), runner.Config{
		URL: srv.URL(), Token: srv.Token(), Version: "17.9.0", MaxIdle: 1, MaxJobs: max, MaxWait: time.Millisecond, Play: play,
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAsRecorded(t *testing.T) {
	t.Parallel()
	srv := replaytest.Start(t, recording)
	run(t, srv, 0, play)
	srv.Wait(t.Context())
	if j := srv.Job(1001); j.ID() != 1001 || j.State() != "success" || j.ExitCode() != 0 || !strings.HasSuffix(string(j.Trace()), "the log of build\n") {
		t.Errorf("%+v: %s", j.Receipt(), j.Trace())
	}
	artifacts := srv.Job(1001).Artifacts()
	if len(artifacts) != 1 || artifacts[0].Type != "archive" || artifacts[0].Format != "zip" || artifacts[0].Filename != "artifacts.zip" {
		t.Fatalf("artifacts: %v", artifacts)
	}
	if got := string(artifacts[0].ReadFile("result.txt")); got != "result\n" {
		t.Errorf("result.txt is %q", got)
	}
	if packed := artifacts[0].Content(); int64(len(packed)) != artifacts[0].Bytes || !bytes.HasPrefix(packed, []byte("PK")) {
		t.Errorf("the artifact is %d bytes, %q…", len(packed), packed[:min(4, len(packed))])
	}
	if jobs := srv.Jobs(); len(jobs) != 4 || jobs[3].State() != "canceled" {
		t.Errorf("%d jobs", len(jobs))
	}
	if j := srv.Job(1003); j.Name() != "lint" || j.State() != "failed" || j.FailureReason() != "script_failure" || j.ExitCode() != 7 {
		t.Errorf("%+v", j.Receipt())
	}
}

// A file that an artifact has not is told beside those that it has.
func TestNoSuchFile(t *testing.T) {
	t.Parallel()
	judged := faketest.Run(func(t testing.TB) {
		srv := replaytest.Start(t, recording)
		run(t, srv, 0, play)
		srv.Job(1001).Artifacts()[0].ReadFile("results.txt")
	})
	want := `replaytest: artifact archive zip "artifacts.zip" has no file "results.txt"; it has ["result.txt"]`
	if got := judged.Errors(); len(got) != 1 || got[0] != want {
		t.Errorf("failed with %q, want %q", got, want)
	}
}

// What a user gives of the replay is heeded.
func TestOptions(t *testing.T) {
	t.Parallel()
	var talk bytes.Buffer // written to within requests, read after the end
	pieces := 0
	srv := replaytest.StartWith(t, recording, replaytest.Options{
		Replay: replay.Options{
			Jobs: []int64{1003}, Loop: true, Logger: slog.New(slog.NewTextHandler(&talk, nil)), TraceInterval: 9 * time.Second,
			Trace: func(_, _ int64, piece []byte) { pieces++ },
		},
		Faults: []string{"update_job: 503 once in all"},
	})
	var said runner.Result
	said, err := runner.Run(t.Context(), runner.Config{
		URL: srv.URL(), Token: "glrt-another", Version: "17.9.0", MaxJobs: 2, MaxWait: time.Millisecond, Play: play,
	})
	if err != nil || len(said.Jobs) != 2 {
		t.Fatalf("%+v, %v", said, err)
	}
	srv.Wait(t.Context(), 1003) // in the first round or a later one
	j := srv.Job(1003).Receipt()
	if j.Played != 2 || j.PlayedAs == 0 || !strings.HasSuffix(string(srv.Job(1003).Trace()), "the log of lint\n") || pieces < 2 {
		t.Errorf("%+v, %d pieces, %s", j, pieces, srv.Job(1003).Trace())
	}
	srv.Close()
	if f := srv.Receipt().Faults; f == nil || f.Rules[0].Delivered != 1 {
		t.Errorf("faults: %+v", f)
	}
	if !strings.Contains(talk.String(), "job ended") {
		t.Errorf("logged: %s", talk.String())
	}
}

// Wait does not return before the job has ended, and then at once.
func TestWait(t *testing.T) {
	t.Parallel()
	srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1003}}})
	inside, goOn, waited := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var ran sync.WaitGroup
	ran.Go(func() {
		run(t, srv, 0, func(ctx context.Context, job *runner.Payload) (runner.Played, error) {
			if job.ID == 1003 {
				close(inside)
				<-goOn
			}
			return play(ctx, job)
		})
	})
	srv.Wait(t.Context(), 1001)
	<-inside
	ran.Go(func() {
		srv.Wait(t.Context(), 1001, 1003)
		close(waited)
	})
	select {
	case <-waited:
		t.Error("it did not wait")
	case <-srv.Done():
		t.Error("it is done")
	default:
	}
	close(goOn)
	<-waited
	<-srv.Done()
	ran.Wait()
}

// Each way in is served, with the CA where there is TLS.
func TestWays(t *testing.T) {
	for path, upstream := range map[string]string{
		"../../fixtures/runner-15.11.0-reverse.txtar": "http://127.0.0.1:44233",
		recording: "http://gitlab.test",
		"../../fixtures/runner-17.9.0-connect.txtar": "https://gitlab.test",
	} {
		srv := replaytest.StartWith(t, path, replaytest.Options{AllowUnused: true})
		if srv.Upstream() != upstream {
			t.Errorf("upstream %q, want %q", srv.Upstream(), upstream)
		}
		for _, base := range []string{srv.URL(), upstream} {
			res, err := srv.Client().Get(base + "/api/v4/runners/router/discovery")
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusNotImplemented {
				t.Errorf("%s: status %d", base, res.StatusCode)
			}
		}
		env := map[string]string{}
		for _, is := range srv.Env() {
			name, value, _ := strings.Cut(is, "=")
			env[name] = value
		}
		want := map[string]string{"CI_SERVER_URL": srv.URL(), "CI_SERVER_TLS_CA_FILE": srv.CAFile(), "CI_SERVER_TOKEN": srv.Token()}
		if !maps.Equal(env, want) {
			t.Errorf("environment %v, want %v", env, want)
		}
		if forward := srv.ForwardEnv(); !slices.Contains(forward, "CI_SERVER_URL="+upstream) || !slices.Contains(forward, "HTTPS_PROXY="+srv.URL()) || !slices.Contains(forward, "http_proxy="+srv.URL()) {
			t.Errorf("environment for the forward way: %v", forward)
		}
		pem, err := os.ReadFile(srv.CAFile())
		if err != nil {
			t.Fatal(err)
		}
		pool := x509.NewCertPool()
		if pool.AppendCertsFromPEM(pem); !pool.Equal(srv.CertPool()) {
			t.Error("the CA of the file is another")
		}
	}
}
