package main

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// fileWrites counts writes to the files of a folder, as the system tells of them (inotify(7)).
type fileWrites struct {
	events *os.File
	n      atomic.Int64
	at     atomic.Int64
	there  chan struct{} // closed when there were at
	ended  chan struct{}
}

func watchWrites(t *testing.T, dir string) *fileWrites {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	mustDo(t, err)
	w := &fileWrites{events: os.NewFile(uintptr(fd), "inotify"), there: make(chan struct{}), ended: make(chan struct{})}
	_, err = unix.InotifyAddWatch(fd, dir, unix.IN_MODIFY|unix.IN_CREATE|unix.IN_MOVED_TO)
	mustDo(t, err)
	w.at.Store(-1)
	go func() { // ends with stop
		defer close(w.ended)
		buf := make([]byte, 64<<10)
		for {
			n, err := w.events.Read(buf)
			if err != nil {
				if !errors.Is(err, fs.ErrClosed) && !errors.Is(err, io.EOF) {
					t.Error(err)
				}
				return
			}
			for b := buf[:n]; len(b) >= unix.SizeofInotifyEvent; b = b[unix.SizeofInotifyEvent+binary.NativeEndian.Uint32(b[12:]):] {
				if w.n.Add(1) == w.at.Load() {
					close(w.there)
				}
			}
		}
	}()
	t.Cleanup(func() { w.stop() })
	return w
}

// await is closed when there were n writes. It is called once, before there were any.
func (w *fileWrites) await(n int) <-chan struct{} {
	w.at.Store(int64(n))
	return w.there
}

func (w *fileWrites) stop() int {
	w.events.Close()
	<-w.ended
	return int(w.n.Load())
}
