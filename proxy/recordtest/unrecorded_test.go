package recordtest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"runnertape/fixtures"
	"runnertape/fixtures/gitlab"
	"runnertape/internal/faketest"
	"runnertape/proxy/recordtest"
	"runnertape/redact"
	"runnertape/replay/replaytest"
)

// What must not become a recording leaves the old one as it is, and says why.
func TestOldRecordingStays(t *testing.T) {
	for _, c := range []struct {
		name    string
		options func(server *gitlab.Server) recordtest.Options
		body    func(t testing.TB, server *gitlab.Server, srv *recordtest.Server)
		want    string // among what fails the test
		said    string // in its log
	}{
		{"failed", nil, func(t testing.TB, _ *gitlab.Server, srv *recordtest.Server) {
			body(t, srv)
			t.Error("the cause")
		}, "the cause", "is not written: the test has failed"},
		{"broken off", nil, func(t testing.TB, _ *gitlab.Server, _ *recordtest.Server) { t.Fatal("the cause") }, "the cause", "is not written: the test has failed"},
		{"nothing passed", nil, func(testing.TB, *gitlab.Server, *recordtest.Server) {}, "is not written: nothing passed", ""},
		{"unreachable", nil, func(t testing.TB, server *gitlab.Server, srv *recordtest.Server) {
			server.Close()
			poll(t, srv, 502)
		}, "is not written: GitLab could not be reached for 1 of 1 requests; is ", ""},
		{"unended", nil, func(t testing.TB, _ *gitlab.Server, srv *recordtest.Server) { poll(t, srv, 201) }, `job 1001 "build" has not ended: let the test wait for it`, ""},
		{"secret", func(server *gitlab.Server) recordtest.Options {
			return recordtest.Options{Upstream: server.URL(), Secrets: redact.Given{Values: []string{"success"}}}
		}, func(t testing.TB, server *gitlab.Server, srv *recordtest.Server) {
		}, "one of Options.Secrets, or the token, cannot be replaced", "is not written"},
		{"no upstream", func(*gitlab.Server) recordtest.Options { return recordtest.Options{} }, nil, "Options.Upstream is empty: it names the GitLab to record", ""},
		{"wrong upstream", func(*gitlab.Server) recordtest.Options { return recordtest.Options{Upstream: "gitlab.example.com"} }, nil, `does not begin with http`, ""},
		{"no certificates", func(server *gitlab.Server) recordtest.Options {
			return recordtest.Options{Upstream: server.URL(), UpstreamCA: "no-such-file.pem"}
		}, nil, "no-such-file.pem", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := site(t)
			path := filepath.Join(t.TempDir(), "old.txtar")
			if err := os.WriteFile(path, []byte("the old one"), 0o600); err != nil {
				t.Fatal(err)
			}
			o := recordtest.Options{Upstream: server.URL(), Token: server.RunnerToken()}
			if c.options != nil {
				o = c.options(server)
			}
			o.Update = true
			judged := faketest.Run(func(t testing.TB) {
				srv := recordtest.Start(t, path, o)
				if c.body == nil {
					t.Error("it goes on")
				} else {
					c.body(t, server, srv)
				}
			})
			said := strings.Join(judged.Errors(), "\n")
			if !strings.Contains(said, c.want) || !strings.Contains(judged.Logged(), c.said) || strings.Contains(said, "goes on") {
				t.Errorf("failed with %q; want %q and %q in\n%s", said, c.want, c.said, judged.Logged())
			}
			content, err := os.ReadFile(path)
			if err != nil || string(content) != "the old one" {
				t.Errorf("the old recording is now %.100q, %v", content, err)
			}
			if left := filesBeside(t, path); !slices.Equal(left, []string{"old.txtar"}) {
				t.Errorf("files: %q", left)
			}
		})
	}
}

// poll asks for a job once.
func poll(t testing.TB, srv *recordtest.Server, want int) {
	t.Helper()
	res, err := srv.Client().Post(srv.URL()+"/api/v4/jobs/request", "application/json", strings.NewReader(`{"token":"`+srv.Token()+`","info":{"name":"a"}}`))
	if err != nil {
		t.Error(err)
		return
	}
	res.Body.Close()
	if res.StatusCode != want {
		t.Errorf("status %d, want %d", res.StatusCode, want)
	}
}

// A job that has no end is recorded if its test means that.
func TestUnendedOnPurpose(t *testing.T) {
	server := site(t)
	path := filepath.Join(t.TempDir(), "unended.txtar")
	o := recordtest.Options{
		Upstream: server.URL(), Token: server.RunnerToken(), Update: true, Replay: replaytest.Options{AllowDifferences: replaytest.Any},
	}
	for range 2 {
		judged := faketest.Run(func(t testing.TB) { poll(t, recordtest.Start(t, path, o), 201) })
		if judged.Failed() {
			t.Fatal(judged.Errors())
		}
		o.Update = false
	}
	if _, err := fixtures.Open(path); err != nil {
		t.Error(err)
	}
}

// Without a recording a test fails, with the command that makes it.
func TestNoRecording(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(dir, "none.txtar"): "there is no recording " + filepath.Join(dir, "none.txtar") + "; go test -run '^TestFake$' -update makes it",
		filepath.Join(dir, "none.db"):    "name it so that it ends in .txtar, or in / for a folder",
		dir + "/none/":                   "there is no recording " + dir + "/none/; go test",
	} {
		judged := faketest.Run(func(t testing.TB) {
			recordtest.Start(t, path, recordtest.Options{Upstream: "http://127.0.0.1:1"})
			t.Error("it goes on")
		})
		if said := strings.Join(judged.Errors(), "\n"); len(judged.Errors()) != 1 || !strings.Contains(said, want) {
			t.Errorf("failed with %q, want %q", said, want)
		}
	}
}
