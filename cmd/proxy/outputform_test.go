package main

import (
	"errors"
	"path/filepath"
	"testing"

	"runnertape"
	"runnertape/store"
)

// Text takes long to be written too: whoever interrupts it need not wait for it, and nothing is left of it.
func TestTextIsInterrupted(t *testing.T) {
	for _, name := range []string{"out.txtar", "out" + string(filepath.Separator)} {
		dir := t.TempDir()
		p, stop, _ := testProcess(t)
		err := makeRecording(filepath.Join(dir, "out"), runnertape.Recording{}, func(w *store.Writer) error {
			return w.Put(&runnertape.Exchange{ID: 1, State: runnertape.Done, Request: runnertape.Request{Method: "GET", Target: "/"}})
		}, func(path string) error {
			stop()
			return p.nameRecording(path, dir+string(filepath.Separator)+name)
		})
		if !errors.Is(err, errInterrupted) {
			t.Errorf("%s: %v", name, err)
		}
		wantFiles(t, dir)
	}
}
