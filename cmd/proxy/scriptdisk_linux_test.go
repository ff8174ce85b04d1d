package main

import (
	"errors"
	"os"
	"sync"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

// canMount tells whether this process may mount, which root may outside most containers.
var canMount = sync.OnceValue(func() bool {
	dir, err := os.MkdirTemp("", "mount-")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if syscall.Mount("none", dir, "tmpfs", 0, "size=64k") != nil {
		return false
	}
	return syscall.Unmount(dir, 0) == nil
})

// doDisk is `disk DIR SIZE`: DIR is a disk of that size, as in 8m, until the script's end.
func doDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: disk DIR SIZE")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(syscall.Mount("none", dir, "tmpfs", 0, "size="+args[1]))
	s := stageOf(ts)
	s.mounts = append(s.mounts, dir)
}

// doReadOnly is `readonly DIR`: from now on nobody, not even root, can write in the disk DIR.
func doReadOnly(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: readonly DIR")
	}
	ts.Check(syscall.Mount("none", ts.MkAbs(args[0]), "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
}

// unmount takes the script's disks away.
func (s *scriptStage) unmount() error {
	var err error
	for _, dir := range s.mounts {
		err = errors.Join(err, syscall.Unmount(dir, 0))
	}
	return err
}
