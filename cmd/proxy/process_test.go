package main

import (
	"context"
	"log/slog"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"runnertape/redact"
)

// testProcess is a process whose end the test decides, and what it says.
func testProcess(t testing.TB) (p *process, stop func(), said *safeBuffer) {
	t.Helper()
	said = new(safeBuffer)
	done, stop := context.WithCancel(t.Context())
	p = &process{stdout: said, stderr: said, lines: &lines{w: said}, done: done, cut: t.Context(), hides: new(atomic.Pointer[redact.Redactor])}
	p.log = slog.New(&talk{lines: p.lines, hides: p.hides})
	return p, stop, said
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

func mustDo(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
