//go:build !linux

package main

import "github.com/rogpeppe/go-internal/testscript"

// canMount is never: without Linux, the scripts with [mount] say that they were NOT RUN.
func canMount() bool { return false }

func doDisk(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("disk is of Linux; ask for [mount] first")
}

func doReadOnly(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("readonly is of Linux; ask for [mount] first")
}

// unmount has nothing to take away.
func (s *scriptStage) unmount() error { return nil }
