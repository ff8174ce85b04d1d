package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"runnertape/faults"
	"runnertape/proxy"
)

// An unmodified runner under each shipped fault file: its jobs end as the file says.
func TestFaultsRealRunner(t *testing.T) {
	bin := realRunner(t)
	version := versionOf(t, bin)
	s := faultsStage(t, bin)
	path := s.recordWith(t, func(address string, _ *proxy.CA) { s.runWith(t, s.url(address), []string{"SECONDS_OF_WORK=1"}) })
	s.server.Close()
	eachShipped(t, 8, func(t *testing.T, shipped faults.Shipped) {
		src, err := openRecording(path)
		mustDo(t, err)
		defer src.Close()
		f := startFaulty(t, src, shipped, 1, nil)
		seconds := "5"
		if strings.HasPrefix(shipped.Ends, "long ") { // what stops it has to find it at work
			seconds = "600"
		}
		r := startRunner(t, bin, "http://"+f.address, "SECONDS_OF_WORK="+seconds)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		err = f.wait(ctx)
		r.quit(t)
		if err != nil {
			t.Error(err)
		}
		f.judge(t, neverWith(version, shipped)...)
		if t.Failed() || testing.Verbose() {
			t.Logf("runner:\n%s", r.said)
		}
	})
}

// runnerProcess is `gitlab-runner run` at work.
type runnerProcess struct {
	cmd   *exec.Cmd
	said  *safeBuffer
	ended chan error
}

func startRunner(t *testing.T, bin, url string, env ...string) *runnerProcess {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "config.toml")
	mustDo(t, os.WriteFile(config, fmt.Appendf(nil, `concurrent = 4
check_interval = 1

[[runners]]
  name = "under test"
  url = %q
  token = "glrt-0123456789abcdefghij"
  executor = "shell"
  shell = "bash"
  builds_dir = %q
`, url, filepath.Join(dir, "builds")), 0o600))
	r := &runnerProcess{cmd: exec.Command(bin, "run", "--config", config, "--working-directory", dir), said: new(safeBuffer), ended: make(chan error, 1)}
	r.cmd.Env = cleanEnv(dir, env...)
	r.cmd.Stdout, r.cmd.Stderr = r.said, r.said
	mustDo(t, r.cmd.Start())
	go func() { r.ended <- r.cmd.Wait() }()
	return r
}

// quit lets the runner end what it has, and no more.
func (r *runnerProcess) quit(t *testing.T) {
	t.Helper()
	mustDo(t, r.cmd.Process.Signal(syscall.SIGQUIT))
	select {
	case err := <-r.ended:
		if err != nil {
			t.Errorf("runner: %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("the runner does not end")
		r.cmd.Process.Kill()
		<-r.ended
	}
}
