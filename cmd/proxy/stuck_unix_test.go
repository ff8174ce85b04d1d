//go:build unix

package main

import (
	"bufio"
	"os"
	"os/exec"
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

// A recorder ends as it should though nobody reads any more what it says.
func TestUnreadRecorderGoesOn(t *testing.T) {
	r, w, err := os.Pipe()
	mustDo(t, err)
	c := exec.Command("proxy", "record", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:1", "--ca-dir", "ca", "recording.db")
	c.Dir, c.Stderr = t.TempDir(), w
	mustDo(t, c.Start())
	mustDo(t, w.Close())
	_, err = bufio.NewReader(r).ReadString('\n') // its banner, or the first line of it
	mustDo(t, err)
	mustDo(t, r.Close())
	mustDo(t, c.Process.Signal(syscall.SIGTERM))
	if err := c.Wait(); err != nil {
		t.Errorf("it ended otherwise: %v", err)
	}
	if whole, said := proxyCheck(t, filepath.Join(c.Dir, "recording.db")); !whole {
		t.Errorf("the recording is not whole\n%s", said)
	}
}
