package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
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

// condition is [mount] in a script.
func condition(name string) (bool, error) {
	if name != "mount" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	return canMount(), nil
}

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

// doFlood is `flood URL`: sends bodies of 1 MiB that cannot be compressed until one is not
// answered. An answer that is not the stand-in's 404 is an error, and so is no end.
func doFlood(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flood URL")
	}
	const most = 200 // as many as there is room for in no script
	body := make([]byte, 1<<20)
	client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
	defer client.CloseIdleConnections()
	for n := range most {
		rand.NewChaCha8([32]byte{byte(n)}).Read(body)
		res, err := client.Post(args[0], "application/octet-stream", bytes.NewReader(body))
		if err != nil {
			ts.Logf("after %d answers: %v", n, err)
			return
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			ts.Fatalf("after %d answers: %s", n, res.Status)
		}
	}
	ts.Fatalf("%d bodies were answered", most)
}
