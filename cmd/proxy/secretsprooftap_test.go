package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"runnertape/live"
)

// proofTap is another name of a recording, beside which a socket passes on and keeps what a recorder says
// to who reads it there.
type proofTap struct {
	path   string // of the recording by that name
	said   safeBuffer
	ln     net.Listener
	opened chan struct{} // closed when a reader has come
	conns  sync.WaitGroup
}

// newProofTap begins to listen. The recording is there, and its recorder too.
func newProofTap(t *testing.T, recording string) *proofTap {
	t.Helper()
	dir, err := os.MkdirTemp("", "tap") // a socket's path has to be short
	mustDo(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	tap := &proofTap{path: filepath.Join(dir, "r.db"), opened: make(chan struct{})}
	mustDo(t, os.Link(recording, tap.path))
	tap.ln, err = net.Listen("unix", tap.path+live.Suffix)
	mustDo(t, err)
	mustDo(t, os.Chmod(tap.path+live.Suffix, 0o600))
	var once sync.Once
	tap.conns.Go(func() { // ends with ln
		for {
			reader, err := tap.ln.Accept()
			if err != nil {
				return
			}
			recorder, err := net.Dial("unix", recording+live.Suffix)
			if err != nil {
				reader.Close()
				continue
			}
			once.Do(func() { close(tap.opened) })
			tap.conns.Go(func() {
				io.Copy(recorder, reader)
				recorder.Close()
			})
			tap.conns.Go(func() {
				io.Copy(io.MultiWriter(reader, &tap.said), recorder)
				reader.Close()
			})
		}
	})
	return tap
}

// end returns when all that was said is in said. The recorder has ended.
func (tap *proofTap) end() {
	tap.ln.Close()
	tap.conns.Wait()
}
