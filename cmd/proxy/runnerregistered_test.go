package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// registered is a runner with a config.toml, as `gitlab-runner register` makes it.
type registered struct {
	stage *stage
	dir   string
	env   []string
}

// register registers a runner with a token. Its folders have names of one length, which are in its logs.
func (s *stage) register(t *testing.T, name, url, token string, env []string, flags ...string) *registered {
	t.Helper()
	d := &registered{s, filepath.Join(s.dir, fmt.Sprintf("%-10.10s", strings.ReplaceAll(name+"----------", "-", "_"))), cleanEnv(s.dir, env...)}
	mustDo(t, os.Mkdir(d.dir, 0o700))
	mustDo(t, os.WriteFile(filepath.Join(d.dir, "config.toml"), []byte("concurrent = 1\ncheck_interval = 1\n"), 0o600))
	d.run(t, append([]string{
		"register", "--non-interactive", "--url", url, "--token", token, "--name", "tester", "--executor", "shell", "--shell", "bash",
		"--builds-dir", filepath.Join(d.dir, "builds"), "--cache-dir", filepath.Join(d.dir, "cache"),
	}, flags...)...)
	return d
}

func (d *registered) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, d.stage.bin, append([]string{args[0], "--config", filepath.Join(d.dir, "config.toml")}, args[1:]...)...)
	c.Dir, c.Env = d.dir, d.env
	return c
}

func (d *registered) run(t *testing.T, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := d.command(ctx, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("gitlab-runner %s: %v\n%s", args[0], err, out)
	}
}

// until is `gitlab-runner run` until something has come about.
func (d *registered) until(t *testing.T, wait func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := d.command(ctx, "run")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	mustDo(t, c.Start())
	failed := wait(ctx)
	c.Process.Signal(os.Interrupt)
	c.Wait() // it was interrupted, and says so
	if failed != nil {
		t.Fatalf("gitlab-runner run: %v\n%s", failed, &out)
	}
}
