package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/store"
)

// errNoRecording says that there is no file of that name.
var errNoRecording = errors.New("no such file")

// recording is a recording of either form, opened for reading.
type recording interface {
	Header() runnertape.Recording
	Exchanges() iter.Seq2[*runnertape.Exchange, error]
	Body(id uint64, side runnertape.Side) (io.ReadCloser, error)
	Close() error
}

// openRecording opens a text recording or a database.
func openRecording(path string) (recording, error) {
	text, err := fixtures.IsText(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open recording %s: %w", path, errNoRecording)
	}
	if err == nil && text {
		return fixtures.Open(path)
	}
	return store.Open(path)
}
