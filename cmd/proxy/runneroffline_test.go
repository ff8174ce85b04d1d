package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"runnertape/replay"
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
				t.Skipf("NOT RUN: this is nothing for runners before %s", k.Since)
			}
			dir := t.TempDir()
			k.put(t, dir)
			flags := expand(k.Flags, "$DIR", dir, "$RUNNER", bin, "$STORAGE", "127.0.0.1:1")
			for _, j := range replayOffline(t, bin, dir, k.path, filepath.Join(dir, "cache"), len(k.Jobs), flags...) {
				// Runners of other generations have other lines of their own in logs; those of the pipeline are known.
				if k.name == "runner" && j.Replayed.State != "canceled" && (j.Log == nil || !j.Log.Same()) {
					t.Errorf("job %d: its script wrote something else: %+v", j.ID, j.Log)
				}
			}
		})
	}
}

// replayOffline lets a runner do so many jobs of a recording, with a cache and further flags, and wants nothing missed and
// no job to be otherwise. What the runner sent is in the folder received.
func replayOffline(t *testing.T, bin, dir, recording, cache string, jobs int, flags ...string) []replay.JobReceipt {
	t.Helper()
	receipt := filepath.Join(dir, "receipt.json")
	args := append([]string{
		"proxy", "replay", "--listen", "127.0.0.1:0", "--ca-dir", filepath.Join(dir, "ca"), "--until-done", "--strict", "--timeout", "2m",
		"--receipt", receipt, "--received", filepath.Join(dir, "received"), recording,
		"--", bin, "run-single", "--executor", "shell", "--shell", "bash", "--builds-dir", filepath.Join(dir, "builds"), "--cache-dir", cache,
		"--max-builds", strconv.Itoa(jobs), "--wait-timeout", "30",
	}, flags...)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, args[0], args[1:]...)
	if bare := withoutNetwork(t); bare != nil {
		run = exec.CommandContext(ctx, bare[0], append(bare[1:], args...)...)
	}
	run.Env = cleanEnv(dir)
	said, err := run.CombinedOutput()
	t.Logf("%s", said)
	mustDo(t, err)
	text, err := os.ReadFile(receipt)
	mustDo(t, err)
	var r receiptFile
	mustDo(t, json.Unmarshal(text, &r))
	if r.ExitCode != exitOK || r.Missed != 0 || len(r.Jobs) != jobs {
		t.Fatalf("receipt: %s", text)
	}
	for _, j := range r.Jobs {
		if !j.Same() || len(j.Differences) > 0 {
			t.Errorf("job %d: %+v, recorded %+v: %q", j.ID, j.Replayed, j.Recorded, j.Differences)
		}
	}
	return r.Jobs
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
