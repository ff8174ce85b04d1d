package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An unmodified runner does the jobs that runners of other versions were recorded doing, with one command, and where there is
// no network but the loopback: no interface, no route. Needs Linux for the latter.
func TestRealRunnerOffline(t *testing.T) {
	bin := realRunner(t)
	paths, err := filepath.Glob("../../fixtures/runner-*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no recordings of real runners", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			receipt := filepath.Join(dir, "receipt.json")
			args := []string{
				"proxy", "replay", "--listen", "127.0.0.1:0", "--ca-dir", filepath.Join(dir, "ca"), "--until-done", "--strict", "--timeout", "2m", "--receipt", receipt, path,
				"--", bin, "run-single", "--executor", "shell", "--shell", "bash", "--builds-dir", filepath.Join(dir, "builds"), "--max-builds", "4", "--wait-timeout", "30",
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			c := exec.CommandContext(ctx, args[0], args[1:]...)
			if bare := withoutNetwork(t); bare != nil {
				c = exec.CommandContext(ctx, bare[0], append(bare[1:], args...)...)
			}
			c.Env = cleanEnv(dir)
			said, err := c.CombinedOutput()
			t.Logf("%s", said)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(receipt)
			mustDo(t, err)
			var r receiptFile
			mustDo(t, json.Unmarshal(text, &r))
			if r.ExitCode != exitOK || r.Missed != 0 || len(r.Jobs) != 4 {
				t.Errorf("receipt: %s", text)
			}
			for _, j := range r.Jobs {
				if !j.Same() || len(j.Differences) > 0 {
					t.Errorf("job %d: %+v, recorded %+v: %q", j.ID, j.Replayed, j.Recorded, j.Differences)
				}
				if j.Replayed.State != "canceled" && (j.Log == nil || !j.Log.Same()) {
					t.Errorf("job %d: its script wrote something else: %+v", j.ID, j.Log)
				}
			}
		})
	}
}

// withoutNetwork is what runs a command where only the loopback is; nil, and said, if this machine cannot.
func withoutNetwork(t *testing.T) []string {
	t.Helper()
	bare := []string{"unshare", "--user", "--map-root-user", "--net", "sh", "-c", `ip link set lo up && exec "$@"`, "sh"}
	if out, err := exec.Command(bare[0], append(bare[1:], "sh", "-c", "test -z \"$(ip route)\"")...).CombinedOutput(); err != nil {
		t.Logf("NOT WITHOUT A NETWORK: %v %s", err, out)
		return nil
	}
	return bare
}
