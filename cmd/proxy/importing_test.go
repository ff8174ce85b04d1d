package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"runnertape"
	"runnertape/capture"
)

// breaking is a source that ends in the middle.
type breaking struct{ look func() }

var errBreaks = errors.New("it breaks")

func (b breaking) read(sink capture.Sink) error {
	if err := sink.Put(&runnertape.Exchange{ID: 1, State: runnertape.Done, Scheme: "http", Host: "x"}); err != nil {
		return err
	}
	b.look()
	return errBreaks
}

func (b breaking) tell(*process) {}

// A recording has its name when it is whole, and not before: a kill leaves none that looks so.
func TestImportHasNoNameBefore(t *testing.T) {
	p, stop, _ := testProcess(t)
	defer stop()
	dir := t.TempDir()
	to := filepath.Join(dir, "recording.db")
	err := p.importTo(breaking{func() {
		if _, err := os.Lstat(to); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("while it is made: %v", err)
		}
	}}, &importSettings{from: "x.pcap", to: to})
	if !errors.Is(err, errBreaks) {
		t.Errorf("import: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
