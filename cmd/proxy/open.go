package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/live"
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
	r, err := store.Open(path)
	if errors.Is(err, store.ErrHeld) {
		return openHeld(path, err)
	}
	return r, err
}

// openHeld opens a recording that is being made. The lock was asked first: whoever has it is a recorder, and
// a socket that was left behind is nobody's.
func openHeld(path string, held error) (recording, error) {
	file := func() (live.File, error) { return store.Open(path) }
	r, err := live.Open(path, file)
	if !errors.Is(err, live.ErrNoRecorder) {
		return r, err
	}
	if file, err := store.Open(path); !errors.Is(err, store.ErrHeld) { // it has ended meanwhile
		return file, err
	}
	return nil, held
}

// share lets others read what w writes, until the End of what it returns. If that cannot
// be, recording goes on without.
func (p *process) share(w *store.Writer, path string) *live.Server {
	s, err := live.Serve(path, w.Reader(), w.Committed)
	if err != nil {
		p.log.Warn(fmt.Sprintf("%s cannot be read before the recorder ends: %v", path, err))
	}
	return s
}
