package recordtest_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape/fixtures/gitlab"
	"runnertape/fixtures/runner"
	"runnertape/internal/faketest"
	"runnertape/proxy/recordtest"
	"runnertape/redact"
	"runnertape/replay/replaytest"
	"runnertape/serve"
)

const (
	password = "correct-horse-42-battery" // a masked variable of the job
	shown    = "shown-in-the-log-7261"    // which nobody says is secret but the test
)

// site is a GitLab with two jobs, of which the second needs the first's artifact.
func site(t testing.TB) *gitlab.Server {
	t.Helper()
	server, err := gitlab.Start(gitlab.Config{DirectDownload: true, TraceUpdateInterval: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	build := server.Enqueue(gitlab.Job{
		Name: "build", Script: []string{"echo compiling " + shown}, Artifacts: []gitlab.Artifact{{Type: "archive", Format: "zip", Paths: []string{"app"}}},
		Variables: []gitlab.Variable{{Key: "PASSWORD", Value: password, Masked: true}},
	})
	server.Enqueue(gitlab.Job{Name: "lint", Script: []string{"exit 7"}, DependsOn: []int64{build}})
	return server
}

// body is a test that does not know whether it records.
func body(t testing.TB, srv *recordtest.Server) {
	t.Helper()
	result, err := runner.Run(t.Context(), runner.Config{URL: srv.URL(), Token: srv.Token(), Version: "17.9.0", MaxIdle: 1, MaxWait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var ends []string
	for _, j := range result.Jobs {
		ends = append(ends, j.Name+" "+j.State)
	}
	if want := []string{"build success", "lint failed"}; !slices.Equal(ends, want) {
		t.Errorf("jobs ended %q, want %q", ends, want)
	}
}

// wantWays wants a program to be told of both ways in, and of the CA.
func wantWays(t testing.TB, srv *recordtest.Server) {
	t.Helper()
	own := []string{"CI_SERVER_TLS_CA_FILE=" + srv.CAFile(), "CI_SERVER_TOKEN=" + srv.Token()}
	for _, line := range append(own, "CI_SERVER_URL="+srv.URL()) {
		if env := srv.Env(); !slices.Contains(env, line) {
			t.Errorf("%s is not in %q", line, env)
		}
	}
	for _, line := range append(own, "CI_SERVER_URL="+srv.Upstream(), "HTTPS_PROXY="+srv.URL()) {
		if env := srv.ForwardEnv(); !slices.Contains(env, line) {
			t.Errorf("%s is not in %q", line, env)
		}
	}
	file, err := os.ReadFile(srv.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(file) || !pool.Equal(srv.CertPool()) {
		t.Errorf("%s is not the CA that is trusted", srv.CAFile())
	}
}

// The same test records, and replays what it has recorded when GitLab is gone.
func TestRecordAndReplay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "testdata", "two-jobs.txtar")
	var key []byte // of the first recording, which makes the same stand-ins in the second
	for _, round := range []string{"first", "again"} {
		server := site(t)
		options := recordtest.Options{
			Upstream: server.URL(), Token: server.RunnerToken(), Update: true, Secrets: redact.Given{Values: []string{shown}},
		}
		before, _ := os.ReadFile(path)
		judged := faketest.Run(func(t testing.TB) {
			srv := recordtest.Start(t, path, options)
			if !srv.Recording() || srv.Replay() != nil || srv.Upstream() != server.URL() || srv.Token() != server.RunnerToken() {
				t.Errorf("recording %v of %s with %s", srv.Recording(), srv.Upstream(), srv.Token())
			}
			wantWays(t, srv)
			body(t, srv)
			srv.Close()
			if written, err := os.ReadFile(path); err != nil || string(written) == string(before) {
				t.Errorf("closed, and nothing new was written: %v", err)
			}
		})
		if judged.Failed() {
			t.Fatal(judged.Errors())
		}
		if v := server.Violations(); len(v) > 0 {
			t.Errorf("GitLab complains: %q", v)
		}
		server.Close()
		after, err := os.ReadFile(path)
		if err != nil || string(before) == string(after) {
			t.Fatalf("%s: nothing new was written: %v", round, err)
		}
		made, err := serve.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if made.Close(); len(made.Header().Key) == 0 || key != nil && !bytes.Equal(key, made.Header().Key) {
			t.Errorf("%s: the key is %x, and was %x", round, made.Header().Key, key)
		}
		key = made.Header().Key
		for _, secret := range []string{password, shown, server.RunnerToken()} {
			if strings.Contains(string(after), secret) {
				t.Errorf("%q is in the recording", secret)
			}
		}
		if left := filesBeside(t, path); !slices.Equal(left, []string{"two-jobs.txtar"}) {
			t.Errorf("files: %q", left)
		}
		options.Update = false
		judged = faketest.Run(func(t testing.TB) {
			srv := recordtest.Start(t, path, options)
			if srv.Recording() || srv.Upstream() != server.URL() || srv.Token() == server.RunnerToken() {
				t.Errorf("recording %v of %s with %s", srv.Recording(), srv.Upstream(), srv.Token())
			}
			wantWays(t, srv)
			body(t, srv)
			if j := srv.Replay().Job(1002); j.ExitCode() != 7 || j.FailureReason() != "script_failure" {
				t.Errorf("%+v", j.Receipt())
			}
		})
		if judged.Failed() {
			t.Fatal(judged.Errors())
		}
	}
}

// Of a test that has recorded nothing is left but the recording.
func TestNothingIsLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two-jobs.txtar")
	faketest.LeavesNothing(t, func(t testing.TB) {
		server := site(t)
		body(t, recordtest.Start(t, path, recordtest.Options{Upstream: server.URL(), Token: server.RunnerToken(), Update: true}))
	})
	if left := filesBeside(t, path); !slices.Equal(left, []string{"two-jobs.txtar"}) {
		t.Errorf("files: %q", left)
	}
}

func filesBeside(t *testing.T, path string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A test that asks for something else when it replays fails, and is told what was asked for when it was recorded.
func TestNearest(t *testing.T) {
	server := site(t)
	path := filepath.Join(t.TempDir(), "projects.txtar")
	o := recordtest.Options{Upstream: server.URL(), Update: true, Replay: replaytest.Options{AllowUnused: true}}
	get := func(query string) *faketest.T {
		return faketest.Run(func(t testing.TB) {
			srv := recordtest.Start(t, path, o)
			res, err := srv.Client().Get(srv.URL() + "/api/v4/projects?" + query)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		})
	}
	if judged := get("page=1"); judged.Failed() {
		t.Fatal(judged.Errors())
	}
	o.Update = false
	if judged := get("page=1"); judged.Failed() {
		t.Error(judged.Errors())
	}
	want := "missed GET /api/v4/projects: no GET of that address was recorded; exchange 1 is nearest: its query has page=1, and not 2"
	if said := strings.Join(get("page=2").Errors(), "\n"); !strings.Contains(said, want) {
		t.Errorf("failed with %q, want %q", said, want)
	}
}

// Over TLS, by CONNECT, with a CA of the upstream's own.
func TestRecordConnect(t *testing.T) {
	server, err := gitlab.Start(gitlab.Config{TLS: true, ExternalURL: "https://gitlab.test", StorageExternalURL: "https://storage.test", Hosts: []string{"gitlab.test", "storage.test"}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.Enqueue(gitlab.Job{Name: "lint", Script: []string{"exit 7"}})
	dir := t.TempDir()
	ca := filepath.Join(dir, "gitlab.pem")
	if err := os.WriteFile(ca, server.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	_, address, _ := strings.Cut(server.URL(), "://")
	o := recordtest.Options{
		Upstream: "https://gitlab.test", UpstreamCA: ca, Resolve: map[string]string{"gitlab.test": address}, Token: server.RunnerToken(), Update: true,
	}
	for range 2 {
		judged := faketest.Run(func(t testing.TB) {
			srv := recordtest.Start(t, filepath.Join(dir, "lint.txtar"), o)
			result, err := runner.Run(t.Context(), runner.Config{
				URL: srv.Upstream(), Token: srv.Token(), HTTPClient: srv.Client(), Version: "17.9.0", MaxIdle: 1, MaxWait: time.Millisecond,
			})
			if err != nil || len(result.Jobs) != 1 || result.Jobs[0].ExitCode != 7 {
				t.Errorf("%+v, %v", result, err)
			}
			if env := srv.ForwardEnv(); !slices.Contains(env, "CI_SERVER_URL=https://gitlab.test") || !slices.Contains(env, "HTTPS_PROXY="+srv.URL()) {
				t.Errorf("environment %q", env)
			}
		})
		if judged.Failed() {
			t.Fatal(judged.Errors())
		}
		o.Update = false
		server.Close()
	}
}
