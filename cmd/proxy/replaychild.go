package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"runnertape/serve"
)

// child is a command of the user's that runs beside a replay. A nil one is none.
type child struct {
	cmd   *exec.Cmd
	end   context.CancelFunc // asks it to end
	ended chan struct{}
	asked bool // to end, by us: then its exit code says nothing
}

const (
	childPatience = 5 * time.Second  // for a command to end by itself when all jobs have
	childKill     = 10 * time.Second // to end when asked
)

// startChild runs a command that finds the replay in its environment.
func (p *process) startChild(args []string, at *serve.Place) (*child, error) {
	ctx, end := context.WithCancel(context.Background())
	c := &child{cmd: exec.CommandContext(ctx, args[0], args[1:]...), end: end, ended: make(chan struct{})}
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = os.Stdin, p.stdout, p.stderr
	c.cmd.Env = append(os.Environ(), at.Env()...)
	c.cmd.WaitDelay = childKill
	c.cmd.Cancel = func() error {
		if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return c.cmd.Process.Kill() // where there are no such signals
		}
		return nil
	}
	if err := c.cmd.Start(); err != nil {
		end()
		return nil, fmt.Errorf("run the command after --: %w", err)
	}
	go func() { // ends with the command
		c.cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// over is closed when the command has ended; never if there is none.
func (c *child) over() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.ended
}

// stop waits for the command to end, for a time by itself, then asked, then killed; at the second interrupt it is killed at
// once.
func (c *child) stop(patience time.Duration, p *process) {
	if c == nil {
		return
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-c.ended:
		return
	case <-p.cut.Done():
	case <-timer.C:
	}
	c.asked = true
	c.end()
	select {
	case <-c.ended:
	case <-p.cut.Done():
		c.cmd.Process.Kill() // fails if it has ended
		<-c.ended
	}
}

// interruptPatience is how long a command has to end by itself when the replay was interrupted. Ctrl-C in a terminal
// reaches both, and gitlab-runner takes a second signal for an order to break off (commands/single.go).
func interruptPatience() time.Duration {
	if isTerminal(os.Stdin) {
		return childPatience
	}
	return 0
}

// code is the exit code of a command that ended by itself, as a shell gives it.
func (c *child) code() int {
	if c == nil || c.asked {
		return exitOK
	}
	state := c.cmd.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// how is how it ended, "exit status 1".
func (c *child) how() string { return c.cmd.ProcessState.String() }
