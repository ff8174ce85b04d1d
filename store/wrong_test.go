package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"runnertape"
)

func TestWriterNoticesThatItsFileIsGone(t *testing.T) {
	for name, do := range map[string]func(path string) error{
		"deleted": os.Remove,
		"renamed": func(path string) error { return os.Rename(path, path+".away") },
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".away"), os.WriteFile(path, make([]byte, 1<<20), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "recording.db")
			w, err := Create(path, runnertape.Recording{})
			must(t, err)
			must(t, w.Put(exchange(1, runnertape.Done)))
			must(t, w.Commit())
			must(t, do(path))
			must(t, w.Put(exchange(2, runnertape.Done)))
			err = w.Commit()
			if !errors.Is(err, ErrGone) || strings.Count(err.Error(), path) != 1 {
				t.Errorf("Commit: %v", err)
			}
			if err := w.Put(exchange(3, runnertape.Done)); !errors.Is(err, ErrGone) {
				t.Errorf("Put: %v", err)
			}
			if err := w.Close(); !errors.Is(err, ErrGone) {
				t.Errorf("Close: %v", err)
			}
			if name == "renamed" {
				if f := mustBeWhole(t, path+".away"); f.Exchanges != 1 {
					t.Errorf("%d exchanges", f.Exchanges)
				}
			}
		})
	}
}

// A file that is cut off underneath is an error of the Writer and of its Reader,
// not a fault that kills the process.
func TestWriterSurvivesATruncatedFile(t *testing.T) {
	for _, size := range []int64{0, 5000, 1 << 15} {
		for _, unseen := range []bool{false, true} { // unseen: cut off after the Writer has looked
			t.Run(fmt.Sprint(size, unseen), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "recording.db")
				w, err := Create(path, runnertape.Recording{})
				must(t, err)
				for id := range uint64(1000) {
					must(t, w.Put(exchange(id+1, runnertape.Done)))
				}
				must(t, w.Write(1001, runnertape.RequestSide, make([]byte, 2*ChunkBytes)))
				must(t, w.Commit())
				must(t, os.Truncate(path, size))
				if unseen {
					w.file.info = nil
				}
				must(t, w.Put(exchange(1, runnertape.Done)))
				must(t, w.Put(exchange(1002, runnertape.Done)))
				err = w.Commit()
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("Commit: %v", err)
				}
				read := 0
				for _, err = range w.Reader().Exchanges() {
					read++
				}
				if err == nil {
					t.Errorf("read %d exchanges of a file of %d bytes", read, size)
				}
				if err := w.Close(); !errors.Is(err, ErrDamaged) {
					t.Errorf("Close: %v", err)
				}
			})
		}
	}
}

// A Reader of the Writer sees every commit, in order of id, while it writes.
func TestReadWhileWriting(t *testing.T) {
	t.Run("Commit", func(t *testing.T) { readWhileWriting(t, 50) })
	t.Run("large groups", func(t *testing.T) { readWhileWriting(t, 0) })
}

// readWhileWriting commits after each so many exchanges, or leaves it to the Writer.
func readWhileWriting(t *testing.T, each uint64) {
	_, w := newRecording(t)
	count := often(2000)
	if each == 0 {
		w.groupBytes = 32 << 10
	}
	var readers sync.WaitGroup
	for range 3 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			r := w.Reader()
			for done := 0; done < count; {
				next := w.Committed()
				done = 0
				var last uint64
				for x, err := range r.Exchanges() {
					if err != nil || x.ID <= last {
						t.Errorf("exchange %v after %d: %v", x, last, err)
						return
					}
					last = x.ID
					if x.State != runnertape.Done {
						continue
					}
					done++
					if x.ID%97 == 0 {
						if b, err := r.Exchange(x.ID); err != nil || b.Request.Body.Stored != int64(x.ID) {
							t.Errorf("exchange %d: %+v, %v", x.ID, b, err)
						}
						if b := readBody(t, r, x.ID, runnertape.RequestSide); len(b) != int(x.ID) {
							t.Errorf("body of exchange %d has %d bytes", x.ID, len(b))
						}
					}
				}
				if done < count {
					<-next
				}
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	body := bytes.Repeat([]byte("body"), count)
	for id := uint64(1); id <= uint64(count); id++ {
		must(t, w.Put(exchange(id, runnertape.InFlight)))
		if id > 10 {
			must(t, w.Write(id-10, runnertape.RequestSide, body[:id-10]))
			must(t, w.Put(exchange(id-10, runnertape.Done)))
		}
		if each > 0 && id%each == 0 {
			must(t, w.Commit())
		}
	}
	for id := uint64(count) - 9; id <= uint64(count); id++ {
		must(t, w.Write(id, runnertape.RequestSide, body[:id]))
		must(t, w.Put(exchange(id, runnertape.Done)))
	}
	must(t, w.Commit())
	readers.Wait()
	r, next := w.Reader(), w.Committed()
	must(t, w.Close())
	<-next
	<-w.Committed()
	if _, err := r.Exchange(1); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
