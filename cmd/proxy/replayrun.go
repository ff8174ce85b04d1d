package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"time"

	"runnertape/replay"
	"runnertape/serve"
)

// replayRun is one `proxy replay`, from its first request to its exit code.
type replayRun struct {
	process  *process
	settings replaySettings
	replay   *serve.Replay
	growing  bool   // the recording is still being made
	child    *child // nil without a command
	late     bool   // --timeout passed
}

// serve answers until one of the ends has come: a signal, --timeout, the last job with --until-done, the end of the
// command.
func (r *replayRun) serve(ln net.Listener) error {
	p, s := r.process, r.settings
	ending, finish := context.WithCancel(p.done)
	context.AfterFunc(ending, r.replay.End)
	open, shut := context.WithCancel(context.WithoutCancel(p.done)) // a command is served until it has ended
	end := func() { finish(); shut() }
	defer end()
	served := make(chan error, 1)
	go func() { served <- r.replay.Serve(open, p.cut, ln) }()

	if s.child != nil {
		var err error
		token := cmp.Or(os.Getenv("CI_SERVER_TOKEN"), serve.AnyToken)
		if r.child, err = p.startChild(s.child, serve.NewPlace(reachable(ln.Addr()), r.replay.CA(), r.replay.Facts().Upstream, token)); err != nil {
			end()
			return errors.Join(err, <-served)
		}
	}
	var over <-chan struct{} // all jobs have ended
	if s.untilDone {
		over = r.replay.Done()
	}
	var late <-chan time.Time
	if s.timeout > 0 {
		timer := time.NewTimer(s.timeout)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case err := <-served: // it cannot go on
		r.child.stop(0, p)
		return err
	case <-p.done.Done():
		r.child.stop(interruptPatience(), p)
	case <-r.child.over():
	case <-over:
		r.child.stop(childPatience, p) // it may have words to say at its end
	case <-late:
		r.late = true
		r.child.stop(0, p)
	}
	end()
	return <-served
}

// conclude says and writes what happened, and finds the exit code.
func (r *replayRun) conclude() error {
	receipt := r.replay.Receipt()
	for line := range strings.Lines(receipt.Summary()) {
		r.process.say("%s", strings.TrimRight(line, "\n"))
	}
	code := r.verdict(receipt)
	if r.settings.receipt != "" {
		if err := r.writeReceipt(receipt, code); err != nil {
			return err
		}
	}
	if code != exitOK {
		return exitCode(code)
	}
	return nil
}

// verdict is the exit code. What the summary does not show is said.
func (r *replayRun) verdict(c replay.Receipt) int {
	p := r.process
	handed, running := 0, 0
	for _, j := range c.Jobs {
		if j.HandedOut {
			handed++
		}
		if !j.Ended {
			running++
		}
	}
	if code := r.child.code(); code != exitOK {
		p.say("%s: %s", r.settings.child[0], r.child.how())
		return code
	}
	switch {
	case c.Missed > 0:
		return exitMissed
	case r.settings.strict && !c.Same():
		p.say("not as recorded, and --strict")
		return exitMissed
	case r.late && running > 0 && !r.settings.play.Loop: // a loop has no other end
		p.say("--timeout %v passed, and %s had not ended", r.settings.timeout, count(int64(running), "job"))
		return exitFailed
	case handed == 0:
		p.say("no job was handed out: this shows nothing")
		return exitFailed
	}
	return exitOK
}
