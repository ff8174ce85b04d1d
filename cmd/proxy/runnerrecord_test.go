package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape/proxy"
	"runnertape/store"
)

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
	if s.shape != nil {
		settings.intercept = s.shape.Intercept
	}
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
