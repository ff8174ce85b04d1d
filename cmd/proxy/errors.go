package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"runnertape/fixtures"
	"runnertape/live"
	"runnertape/redact"
	"runnertape/serve"
	"runnertape/store"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitMissed = 3   // replay saw what the recording does not have
	exitUnread = 141 // nobody reads stdout to its end: what a shell says of programs that SIGPIPE ends
)

// usageError is a wrong command line.
type usageError struct{ text string }

// Error implements error.
func (e usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// exitCode is an exit code whose reason was said already.
type exitCode int

// Error implements error.
func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// report prints err as one line and returns the exit code.
func (p *process) report(err error) int {
	var usage usageError
	var code exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, syscall.EPIPE) && isStdout(err): // who stopped reading knows
		return exitUnread
	case errors.As(err, &usage):
		p.hide(redact.New(redact.NewKey())) // what was typed in the wrong place
		p.say("%s", oneLine(usage.text))
		return exitUsage
	}
	text := oneLine(err.Error())
	if hint := p.hintFor(err); hint != "" {
		text += " (" + hint + ")"
	}
	p.say("%s", text)
	return exitFailed
}

// isStdout tells whether err is of writing to stdout, and not to a connection or another file.
func isStdout(err error) bool {
	_, isNet := errors.AsType[*net.OpError](err)
	file, isFile := errors.AsType[*fs.PathError](err)
	return !isNet && (!isFile || file.Path == os.Stdout.Name())
}

// hintFor is what to do about err.
func (p *process) hintFor(err error) string {
	records := len(p.args) > 1 && p.args[1] == "record"
	switch {
	case errors.Is(err, store.ErrExists):
		return "add to it with --append, or name another file"
	case errors.Is(err, store.ErrHeld):
		return "a recorder is writing it; stop that first"
	case errors.Is(err, live.ErrVersion):
		return "use the proxy that records it"
	case errors.Is(err, live.ErrBusy):
		return "try again when another has ended"
	case errors.Is(err, store.ErrNewer), errors.Is(err, fixtures.ErrNewer):
		return "use a newer proxy"
	case errors.Is(err, store.ErrForeign), errors.Is(err, fixtures.ErrForeign):
		return "name a file that proxy record or proxy export made"
	case isTextDamage(err):
		return "correct that, or get it back, from git or with proxy export"
	case errors.Is(err, store.ErrDamaged):
		return "restore it from a copy"
	case errors.Is(err, store.ErrFull):
		return "raise --max-size"
	case errors.Is(err, store.ErrGone):
		return "what was not in a copy is lost; record into a new file"
	case !records && errors.Is(err, syscall.ENOSPC):
		return "make room, and try again"
	case !records && errors.Is(err, syscall.EFBIG):
		return "raise the limit (ulimit -f), and try again"
	case !records && errors.Is(err, syscall.EROFS):
		return "write to another folder"
	case errors.Is(err, syscall.ENOSPC):
		return "make room and go on with --append; what was recorded before is whole"
	case errors.Is(err, syscall.EFBIG):
		return "raise the limit (ulimit -f) and go on with --append; what was recorded before is whole"
	case errors.Is(err, syscall.EROFS):
		return "record to another folder"
	case errors.Is(err, serve.ErrNoRecording):
		return "make one with proxy record"
	case errors.Is(err, fs.ErrPermission):
		return "check the rights of the file and its folder"
	}
	return ""
}

// isTextDamage tells whether err is of a line of a text.
func isTextDamage(err error) bool {
	d, ok := errors.AsType[*fixtures.DamageError](err)
	return ok && d.Line > 0
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\n", "; ")), " ")
}
