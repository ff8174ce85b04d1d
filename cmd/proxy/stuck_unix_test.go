//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A process that waits for what no signal ends, as for who writes a pipe, is ended by the third.
func TestThirdSignalEnds(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	mustDo(t, unix.Mkfifo(pipe, 0o600))
	p := startProgram(t, dir, os.Environ(), "scan", "--secret", "@pipe", "recording.db")
	w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits until it is read
	mustDo(t, err)
	defer w.Close()
	for ended := false; !ended; {
		select {
		case <-p.ended:
			ended = true
		default:
			p.command.Process.Signal(syscall.SIGTERM) // an error is that it has ended
		}
	}
	if status := p.command.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() {
		t.Errorf("it ended with %v, not by a signal\n%s", p.command.ProcessState, &p.stdout)
	}
}
