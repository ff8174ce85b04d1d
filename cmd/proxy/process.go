package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"runnertape/redact"
)

// process is what a command may use of the world outside.
type process struct {
	args           []string
	child          []string // what stood behind --: a command of the user's and its arguments; nil without --
	stdout, stderr io.Writer
	lines          *lines // stderr
	log            *slog.Logger
	hides          *atomic.Pointer[redact.Redactor] // what log puts stand-ins for; of nil: nothing

	// done by the first SIGINT or SIGTERM: let what is under way end. cut, by the
	// second: break it off.
	done, cut context.Context
}

// newProcess listens for signals until stop is called.
func newProcess(args []string, stdout, stderr io.Writer) (p *process, stop func()) {
	done, finish := context.WithCancel(context.Background())
	cut, breakOff := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { // ends when stop closes the channel
		for range signals {
			if done.Err() != nil {
				breakOff()
				signal.Stop(signals) // a third ends a process that waits for something else, as for who writes a pipe
			}
			finish()
		}
	}()
	// That nobody reads stdout or stderr any more is an error of writing, and not the end: of `proxy record 2>&1 | tee log`
	// an interrupt ends tee first, and the recording is still to be ended.
	unread := make(chan os.Signal, 1)
	signal.Notify(unread, syscall.SIGPIPE)
	p = &process{args: args, stdout: stdout, stderr: stderr, lines: &lines{w: stderr}, done: done, cut: cut, hides: new(atomic.Pointer[redact.Redactor])}
	p.log = slog.New(&talk{lines: p.lines, hides: p.hides})
	return p, func() {
		signal.Stop(unread)
		signal.Stop(signals)
		close(signals)
		finish()
		breakOff()
	}
}
