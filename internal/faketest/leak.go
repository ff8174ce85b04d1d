package faketest

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// LeavesNothing runs f some times, and wants it to pass and to leave nothing: no goroutine, no open file, and nothing in the folder
// for temporary files. Where the system does not tell of open files it skips.
func LeavesNothing(t *testing.T, f func(testing.TB)) {
	t.Helper()
	const open = "/proc/self/fd"
	if _, err := os.Stat(open); err != nil {
		t.Skipf("NOT RUN: %v", err)
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	run := func() {
		if ran := Run(f); ran.Failed() {
			t.Fatalf("failed with %q", ran.Errors())
		}
	}
	run() // what the first makes for the whole process stays, as the poller's descriptors
	goroutines, files := runtime.NumGoroutine(), namesIn(t, open)
	for range 5 {
		run()
	}
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	late := time.After(time.Minute)
	for runtime.NumGoroutine() > goroutines || len(namesIn(t, open)) > len(files) { // nothing tells when a count changes
		select {
		case <-again.C:
		case <-late:
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d at first; files %v, %v at first\n%s", runtime.NumGoroutine(), goroutines, namesIn(t, open), files, stacks[:runtime.Stack(stacks, true)])
		}
	}
	if left := namesIn(t, tmp); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func namesIn(t *testing.T, dir string) (names []string) {
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
