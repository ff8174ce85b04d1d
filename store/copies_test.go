package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// copies are copies of a file as it is between two transactions: what a kill would leave.
type copies struct {
	folder  string
	n       int
	stopped chan struct{}
	done    chan struct{}
}

func copyMeanwhile(t *testing.T, w *Writer) *copies {
	c := &copies{folder: t.TempDir(), stopped: make(chan struct{}), done: make(chan struct{})}
	db, path := w.db, w.path
	go func() { // ends with stop
		defer close(c.done)
		for ; c.n < 4; c.n++ {
			select {
			case <-c.stopped:
				return
			default:
			}
			tx, err := db.Begin(true) // no other writes meanwhile
			if err != nil {
				t.Error(err)
				return
			}
			b, err := os.ReadFile(path)
			err = errors.Join(err, os.WriteFile(c.name(c.n), b, 0o600), tx.Rollback())
			if err != nil {
				t.Error(err)
				return
			}
		}
	}()
	return c
}

func (c *copies) name(n int) string { return filepath.Join(c.folder, fmt.Sprint(n)) }

// mustOpen checks the copies, and goes on with them.
func (c *copies) mustOpen(t *testing.T) {
	for n := range c.n {
		for _, w := range []string{"killed", "gone on"} {
			found, err := Check(c.name(n))
			must(t, err)
			for _, p := range found.Problems {
				if p != (mark{state: changing}).problem() && (w != "killed" || p != (mark{state: changed}).problem()) {
					t.Errorf("copy %d, %s: %s", n, w, p)
				}
			}
			a, err := Append(c.name(n))
			must(t, err)
			must(t, a.Close())
		}
	}
}
