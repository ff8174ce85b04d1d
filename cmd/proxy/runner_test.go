package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"runnertape"
	"runnertape/contents"
	"runnertape/decode"
	"runnertape/fixtures"
	"runnertape/fixtures/gitlab"
	"runnertape/proxy"
	"runnertape/redact"
	"runnertape/store"
)

var updateFixtures = flag.Bool("update-fixtures", false, "write what the real gitlab-runner was recorded doing to fixtures/")

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
			if *updateFixtures {
				exportFixture(t, path, bin, way.name)
			}
		})
	}
}

// stage is a GitLab with jobs, and a folder for a runner.
type stage struct {
	way    way
	bin    string
	dir    string
	server *gitlab.Server
	jobs   []int64
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
	s, sha := emptyStage(t, bin, w, gitlab.Config{})
	server := s.server
	build := server.Enqueue(gitlab.Job{
		Name: "build", Stage: "build", Project: "group/project", SHA: sha, Ref: "main",
		Script:    []string{"cat hello.txt", "echo result > result.txt", "echo the password is $PASSWORD"},
		Variables: []gitlab.Variable{{Key: "PASSWORD", Value: masked, Masked: true}},
		Artifacts: []gitlab.Artifact{{Type: "archive", Format: "zip", Paths: []string{"result.txt"}, ExpireIn: "1 day"}},
	})
	s.jobs = []int64{
		build,
		server.Enqueue(gitlab.Job{Name: "test", Stage: "test", Project: "group/project", Script: []string{"cat result.txt"}, DependsOn: []int64{build}}),
		server.Enqueue(gitlab.Job{Name: "lint", Stage: "test", Project: "group/project", Script: []string{"echo no good", "exit 7"}}),
		server.Enqueue(gitlab.Job{
			Name: "wait", Stage: "test", Project: "group/project", Script: []string{"echo waiting for ever", "sleep 600"},
			CancelWhen: &gitlab.Cancel{Contains: "waiting for ever", Force: true},
		}),
	}
	return s
}

// emptyStage is a stage without jobs, and the commit of its repository.
func emptyStage(t *testing.T, bin string, w way, config gitlab.Config) (s *stage, sha string) {
	t.Helper()
	s = &stage{way: w, bin: bin, dir: t.TempDir()}
	config.TLS, config.DirectDownload, config.TraceUpdateInterval = w.tls, true, 1
	config.GitRoot, sha = newRepo(t, s.dir)
	if w.names {
		scheme := "http"
		if w.tls {
			scheme = "https"
		}
		config.ExternalURL, config.StorageExternalURL = scheme+"://gitlab.test", scheme+"://storage.test"
		config.Hosts = []string{"gitlab.test", "storage.test"}
	}
	var err error
	s.server, err = gitlab.Start(config)
	mustDo(t, err)
	t.Cleanup(func() { s.server.Close() })
	return s, sha
}

// newRepo makes a bare repository group/project.git, and tells its commit.
func newRepo(t *testing.T, dir string) (root, sha string) {
	t.Helper()
	root, tree := filepath.Join(dir, "git"), filepath.Join(dir, "tree")
	git := func(args ...string) string {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", tree, "-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		c.Env = append(cleanEnv(dir), "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	mustDo(t, os.MkdirAll(tree, 0o700))
	git("init", "-q")
	mustDo(t, os.WriteFile(filepath.Join(tree, "hello.txt"), []byte("hello from the repository\n"), 0o600))
	git("add", ".")
	git("commit", "-q", "-m", "first")
	mustDo(t, os.MkdirAll(filepath.Join(root, "group"), 0o700))
	git("clone", "-q", "--bare", tree, filepath.Join(root, "group/project.git"))
	return root, git("rev-parse", "HEAD")
}

// cleanEnv is an environment in which nothing but the test decides about
// proxies and certificates.
func cleanEnv(home string, extra ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "USER=test", "LANG=C.UTF-8", "GIT_CONFIG_NOSYSTEM=1"}, extra...)
}

// runWith lets the runner do all jobs at url, and tells what GitLab saw.
func (s *stage) runWith(t *testing.T, url string, env []string, flags ...string) saw {
	t.Helper()
	s.runner(t, url, len(s.jobs), env, flags...)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var result saw
	for _, id := range s.jobs {
		j, err := s.server.Wait(ctx, id)
		if err != nil {
			t.Fatalf("job %d: %v; it is %s", id, err, j.Status)
		}
		end := fmt.Sprintf("%s: %s %s", j.Name, j.Status, j.FailureReason)
		if j.ExitCode != nil {
			end += fmt.Sprintf(" exit %d", *j.ExitCode)
		}
		for _, a := range j.Artifacts {
			end += " artifact " + a.Filename
		}
		if strings.Contains(string(j.Trace), masked) {
			t.Errorf("job %d: its masked variable is in the log", id)
		}
		result.ends = append(result.ends, end)
	}
	kinds := map[string]bool{}
	for _, e := range s.server.Ledger() {
		path, _, _ := strings.Cut(e.URI, "?")
		if e.JobID == 0 || strings.Contains(path, "/trace") || e.Method == "PUT" && e.JobStatus == "" {
			continue // how often depends on time
		}
		kinds[fmt.Sprintf("%s %d %s %d", e.Service, e.JobID, e.Method, e.Status)] = true
	}
	var list []string
	for kind := range kinds {
		list = append(list, kind)
	}
	slices.Sort(list)
	result.requests = strings.Join(list, "; ")
	result.violations = strings.Join(s.server.Violations(), "; ")
	return result
}

func (s *stage) runner(t *testing.T, url string, jobs int, env []string, flags ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	builds, err := os.MkdirTemp(s.dir, "builds")
	mustDo(t, err)
	args := append([]string{
		"run-single", "--url", url, "--token", s.server.RunnerToken(), "--executor", "shell", "--shell", "bash",
		"--builds-dir", builds, "--cache-dir", builds, "--max-builds", fmt.Sprint(jobs), "--wait-timeout", "20",
	}, flags...)
	c := exec.CommandContext(ctx, s.bin, args...)
	c.Dir, c.Env = builds, cleanEnv(s.dir, env...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("gitlab-runner: %v\n%s", err, out)
	}
	if t.Failed() || testing.Verbose() {
		t.Logf("gitlab-runner:\n%s", out)
	}
}

// record is `proxy record` with a runner before it.
func (s *stage) record(t *testing.T) (path string, got saw) {
	t.Helper()
	path = s.recordWith(t, func(address string, ca *proxy.CA) {
		got = s.runWith(t, s.url(address), s.env(address), s.flags(ca.File())...)
	},
		masked, s.server.RunnerToken(), s.server.Job(s.jobs[0]).Token)
	if found, said := proxyScan(t, path); found {
		t.Errorf("a scan finds\n%s", said)
	}
	return path, got
}

// recordWith is `proxy record` while something is done at its address; none of the secrets may be kept.
func (s *stage) recordWith(t *testing.T, do func(address string, ca *proxy.CA), secrets ...string) (path string) {
	t.Helper()
	path = filepath.Join(s.dir, "recording.db")
	settings := &recordSettings{path: path, rewriteURLs: s.way.rewrite}
	settings.upstream.Resolve = map[string]string{
		"gitlab.test": hostport(s.server.URL()), "storage.test": s.server.StorageAddress(),
	}
	var err error
	settings.upstream.URL, err = proxy.ParseUpstream(s.server.ExternalURL())
	mustDo(t, err)
	if s.way.tls {
		file := filepath.Join(s.dir, "gitlab-ca.pem")
		mustDo(t, os.WriteFile(file, s.server.CAPEM(), 0o600))
		settings.upstream.RootCAs, err = proxy.AddRootCAs(file)
		mustDo(t, err)
	}
	ca, err := proxy.LoadCA(s.dir, "gitlab.test", "storage.test")
	mustDo(t, err)
	ln, err := listen("127.0.0.1:0", false)
	mustDo(t, err)
	w, err := settings.openWriter()
	mustDo(t, err)
	p, stop, talk := testProcess(t)
	recorded := make(chan error, 1)
	go func() { recorded <- p.recordTo(w, settings, ca, ln) }()
	do(ln.Addr().String(), ca)
	stop()
	mustDo(t, <-recorded)
	t.Logf("record said:\n%s", talk)
	f, err := store.Check(path)
	if err != nil || !f.Whole() || f.InFlight > 0 {
		t.Errorf("check: %v %+v", err, f)
	}
	content, err := plain(path)
	mustDo(t, err)
	for _, secret := range secrets {
		if bytes.Contains(content, []byte(secret)) || strings.Contains(talk.String(), secret) {
			t.Errorf("%q is in the recording or on stderr", secret[:10])
		}
	}
	return path
}

// compareClaims reads the logs of a recording: what the runner says of them agrees
// with what passed, though they are recorded with stand-ins; but of a job that was
// canceled GitLab refused the end.
func compareClaims(t *testing.T, path string) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	builder := decode.NewBuilder()
	for x, err := range src.Exchanges() {
		mustDo(t, err)
		builder.Add(x, nil)
	}
	for _, job := range builder.Jobs() {
		seen, err := decode.ReadLog(job, func(id uint64, from int64) (io.ReadCloser, error) {
			return contents.OfBody(src, id, runnertape.RequestSide)(from)
		}, src.Header().Redacted)
		mustDo(t, err)
		t.Logf("job %d: %s: %s; %d sections", job.ID, seen.Verdict, seen.Reason, len(seen.Sections))
		if seen.Verdict != decode.Agrees && job.CanceledBy == nil || len(seen.Sections) == 0 {
			t.Errorf("job %d: %+v", job.ID, seen)
		}
	}
}

// replay is `proxy replay` with a runner before it, and GitLab gone.
func (s *stage) replay(t *testing.T, path string, want saw) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	r := startReplay(t, src)
	s.runner(t, s.url(r.address), len(want.ends), s.env(r.address), s.flags(r.CAFile())...)
	receipt := r.end(t, nil)
	if len(receipt.Jobs) != len(want.ends) {
		t.Errorf("%d jobs in the recording, want %d", len(receipt.Jobs), len(want.ends))
	}
}

// url, env and flags are what a runner needs to come by the stage's way to a proxy at address.
func (s *stage) url(address string) string {
	if s.way.names {
		return s.server.ExternalURL()
	}
	return "http://" + address
}

func (s *stage) env(address string) []string {
	if !s.way.names {
		return nil
	}
	return []string{"HTTP_PROXY=http://" + address, "HTTPS_PROXY=http://" + address, "http_proxy=http://" + address, "https_proxy=http://" + address}
}

func (s *stage) flags(caFile string) []string {
	if !s.way.tls {
		return nil
	}
	return []string{"--tls-ca-file", caFile}
}

func hostport(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// testProcess is a process whose end the test decides, and what it says.
func testProcess(t *testing.T) (p *process, stop func(), said *safeBuffer) {
	t.Helper()
	said = new(safeBuffer)
	done, stop := context.WithCancel(t.Context())
	p = &process{stdout: said, stderr: said, done: done, cut: t.Context(), hides: new(atomic.Pointer[redact.Redactor])}
	p.log = slog.New(&talk{w: said, hides: p.hides})
	return p, stop, said
}

// exportFixture writes the recording as a text recording named for version and way.
func exportFixture(t *testing.T, path, bin, name string) {
	t.Helper()
	src, err := openRecording(path)
	mustDo(t, err)
	defer src.Close()
	f, err := os.Create(filepath.Join("..", "..", "fixtures", fmt.Sprintf("runner-%s-%s.txtar", versionOf(t, bin), name)))
	mustDo(t, err)
	mustDo(t, fixtures.Write(f, src))
	mustDo(t, f.Close())
}

// versionOf is the version that a runner says it has.
func versionOf(t *testing.T, bin string) string {
	t.Helper()
	out, err := exec.Command(bin, "--version").Output()
	mustDo(t, err)
	_, rest, _ := strings.Cut(string(out), "Version:")
	version, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	return version
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
