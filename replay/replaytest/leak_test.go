package replaytest_test

import (
	"context"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"runnertape/fixtures/runner"
	"runnertape/internal/faketest"
	"runnertape/replay"
	"runnertape/replay/replaytest"
)

// Of a test that has ended nothing is left: no goroutine, no open file, and nothing in the folder for temporary files.
func TestNothingIsLeft(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skipf("NOT RUN: %v", err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	one := func() {
		judged := faketest.Run(func(t testing.TB) {
			srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1002}}})
			run(t, srv, 0, play)
			srv.Job(1001).Artifacts()[0].ReadFile("result.txt")
		})
		if judged.Failed() {
			t.Fatalf("failed with %q", judged.Errors())
		}
	}
	one() // what the first of a process makes stays: the poller, its descriptors
	goroutines, files := runtime.NumGoroutine(), names(t, "/proc/self/fd")
	for range 5 {
		one()
	}
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	late := time.After(time.Minute)
	for runtime.NumGoroutine() > goroutines || len(names(t, "/proc/self/fd")) > len(files) { // nothing tells when a count changes
		select {
		case <-again.C:
		case <-late:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d at first; files %v, %v at first\n%s", runtime.NumGoroutine(), goroutines, names(t, "/proc/self/fd"), files, stacks[:runtime.Stack(stacks, true)])
		}
	}
	if left := names(t, tmp); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Many servers at once do not know of each other.
func TestAtOnce(t *testing.T) {
	for range 16 {
		t.Run("server", func(t *testing.T) {
			t.Parallel()
			srv := replaytest.StartWith(t, recording, replaytest.Options{Replay: replay.Options{Jobs: []int64{1001, 1002, 1003}}})
			mark := "the log of a runner at " + srv.URL() + "\n"
			run(t, srv, 0, marked(mark))
			for _, j := range srv.Jobs() {
				if !strings.HasSuffix(string(j.Trace()), mark) {
					t.Errorf("log %q", j.Trace())
				}
			}
			if !slices.Equal(srv.Job(1001).Artifacts()[0].ReadFile("result.txt"), []byte(mark)) {
				t.Error("another server's artifact")
			}
		})
	}
}

// marked is play with something of its own in logs and artifacts.
func marked(mark string) runner.Play {
	return func(ctx context.Context, job *runner.Payload) (runner.Played, error) {
		played, err := play(ctx, job)
		played.Log = append(played.Log, mark...)
		if len(played.Files) > 0 {
			played.Files[0].Content = []byte(mark)
		}
		return played, err
	}
}
