package main

import (
	"errors"
	"path/filepath"
	"strings"
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
	p, stop, said := testProcess(t)
	stop()
	src, err := openRecording("../../fixtures/runner-17.9.0-connect.txtar")
	mustDo(t, err)
	defer src.Close()
	if err := copyError("export", writeText("-", said, stoppableRecording{src, p})); err == nil || !strings.HasPrefix(err.Error(), "export: interrupted; what was written to stdout is not all") {
		t.Error(err)
	}
}
