package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// An unmodified runner does the jobs that runners of other versions were recorded doing, with one command, and where there is
// no network but the loopback: no interface, no route. Needs Linux for the latter.
func TestRealRunnerOffline(t *testing.T) {
	bin, err := filepath.Abs(realRunner(t))
	mustDo(t, err)
	version := versionOf(t, bin)
	for _, k := range catalogue(t) {
		t.Run(filepath.Base(k.path), func(t *testing.T) {
			t.Parallel()
			if !k.isFor(t, version) {
				t.Skipf("this is nothing for runners before %s", k.Since)
			}
			dir := t.TempDir()
			k.put(t, dir)
			receipt := filepath.Join(dir, "receipt.json")
			args := append([]string{
				"proxy", "replay", "--listen", "127.0.0.1:0", "--ca-dir", filepath.Join(dir, "ca"), "--until-done", "--strict", "--timeout", "2m", "--receipt", receipt, k.path,
				"--", bin, "run-single", "--executor", "shell", "--shell", "bash", "--builds-dir", filepath.Join(dir, "builds"), "--cache-dir", filepath.Join(dir, "cache"),
				"--max-builds", fmt.Sprint(len(k.Jobs)), "--wait-timeout", "30",
			}, expand(k.Flags, "$DIR", dir, "$RUNNER", bin, "$STORAGE", "127.0.0.1:1")...)
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
			if r.ExitCode != exitOK || r.Missed != 0 || len(r.Jobs) != len(k.Jobs) {
				t.Errorf("receipt: %s", text)
			}
			for _, j := range r.Jobs {
				if !j.Same() || len(j.Differences) > 0 {
					t.Errorf("job %d: %+v, recorded %+v: %q", j.ID, j.Replayed, j.Recorded, j.Differences)
				}
				// Runners of other generations have other lines of their own in logs; those of the pipeline are known.
				if k.name == "runner" && j.Replayed.State != "canceled" && (j.Log == nil || !j.Log.Same()) {
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
