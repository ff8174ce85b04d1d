package main

import (
	"errors"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// doSignal is `signal NAME [SIGNAL [CODE]]`: sends INT or TERM, waits for the
// end, and wants CODE, 0 if not named. NAME.stdout and NAME.stderr are its output then.
func doSignal(ts *testscript.TestScript, neg bool, args []string) {
	p := runningProgram(ts, args)
	signals := map[string]os.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM}
	signal, code := signals["INT"], "0"
	if len(args) > 1 {
		signal = signals[args[1]]
	}
	if len(args) > 2 {
		code = args[2]
	}
	if signal == nil || neg {
		ts.Fatalf("usage: signal NAME [INT|TERM [CODE]]")
	}
	ts.Check(p.command.Process.Signal(signal))
	doEnded(ts, false, []string{args[0], code})
}

// doInterrupt is `interrupt NAME`: sends INT and does not wait.
func doInterrupt(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(runningProgram(ts, args).command.Process.Signal(syscall.SIGINT))
}

// doEnded is `ended NAME [CODE]`: waits for a program that ends by itself.
func doEnded(ts *testscript.TestScript, _ bool, args []string) {
	p := runningProgram(ts, args)
	want, err := strconv.Atoi(append(args, "0")[1])
	ts.Check(err)
	select {
	case <-p.ended:
	case <-time.After(patience):
		text, _ := p.stderr.read()
		ts.Fatalf("%s does not end:\n%s", args[0], text)
	}
	text := p.leave(ts, args[0])
	if code := p.command.ProcessState.ExitCode(); code != want {
		ts.Fatalf("%s exited with %v, not %d:\n%s", args[0], p.command.ProcessState, want, text)
	}
}

// doKill9 is `kill9 NAME`.
func doKill9(ts *testscript.TestScript, _ bool, args []string) {
	p := runningProgram(ts, args)
	ts.Check(p.command.Process.Kill())
	<-p.ended
	p.leave(ts, args[0])
}

func runningProgram(ts *testscript.TestScript, args []string) *program {
	if len(args) == 0 || stageOf(ts).programs[args[0]] == nil {
		ts.Fatalf("no program of that name runs: %q", args)
	}
	return stageOf(ts).programs[args[0]]
}

// leave writes the output of an ended program to files.
func (p *program) leave(ts *testscript.TestScript, name string) (said string) {
	s := stageOf(ts)
	said, _ = p.stderr.read()
	ts.Check(errors.Join(os.WriteFile(p.files+".stdout", p.stdout.Bytes(), 0o600), os.WriteFile(p.files+".stderr", []byte(said), 0o600)))
	s.stderrs = append(s.stderrs, p.files+".stderr", p.files+".stdout")
	delete(s.programs, name)
	return said
}
