// Package faketest runs a test function and tells how it ended: for tests of packages that fail tests, and for Examples,
// which have no testing.T.
package faketest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"testing"
)

// T stands in for a testing.T. What it does not have itself it does not have at all.
type T struct {
	testing.TB // nil: for its method that nobody else can have

	ctx    context.Context
	cancel context.CancelFunc

	mu       sync.Mutex // guards what follows
	log      bytes.Buffer
	errors   []string
	failed   bool
	cleanups []func()
}

// Run runs f as package testing would, with its cleanups, and returns when all that has ended.
func Run(f func(testing.TB)) *T {
	t := new(T)
	t.ctx, t.cancel = context.WithCancel(context.Background())
	inGoroutine(func() { f(t) })
	t.cancel()
	for {
		t.mu.Lock()
		n := len(t.cleanups)
		if n == 0 {
			t.mu.Unlock()
			return t
		}
		last := t.cleanups[n-1]
		t.cleanups = t.cleanups[:n-1]
		t.mu.Unlock()
		inGoroutine(last)
	}
}

// inGoroutine waits for f, which may end by runtime.Goexit.
func inGoroutine(f func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	<-ended
}

// Errors are what failed it, in order.
func (t *T) Errors() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.errors...)
}

// Logged is all that it said, with its errors.
func (t *T) Logged() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log.String()
}

func (t *T) say(text string, fails bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(&t.log, text)
	if fails {
		t.errors, t.failed = append(t.errors, text), true
	}
}

// The methods of testing.TB.

func (t *T) Helper()                           {}
func (t *T) Name() string                      { return "TestFake" }
func (t *T) Context() context.Context          { return t.ctx }
func (t *T) Log(args ...any)                   { t.say(fmt.Sprint(args...), false) }
func (t *T) Logf(format string, args ...any)   { t.say(fmt.Sprintf(format, args...), false) }
func (t *T) Error(args ...any)                 { t.say(fmt.Sprint(args...), true) }
func (t *T) Errorf(format string, args ...any) { t.say(fmt.Sprintf(format, args...), true) }

func (t *T) Fatal(args ...any) {
	t.Error(args...)
	runtime.Goexit()
}

func (t *T) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

func (t *T) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

func (t *T) Cleanup(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cleanups = append(t.cleanups, f)
}

func (t *T) TempDir() string {
	dir, err := os.MkdirTemp("", "faketest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func (t *T) Output() io.Writer { return output{t} }

type output struct{ t *T }

func (o output) Write(p []byte) (int, error) {
	o.t.mu.Lock()
	defer o.t.mu.Unlock()
	return o.t.log.Write(p)
}
