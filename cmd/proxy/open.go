package main

import (
	"errors"
	"fmt"

	"runnertape/live"
	"runnertape/serve"
	"runnertape/store"
)

// recording is a recording of any form, opened for reading.
type recording = serve.Recording

// openRecording opens a text recording or a database, also one that is being made.
func openRecording(path string) (recording, error) {
	r, err := serve.Open(path)
	switch {
	case errors.Is(err, store.ErrHeld):
		return openHeld(path, err)
	case path == "-" && errors.Is(err, serve.ErrNoRecording):
		return nil, errors.New("-: no recording is read from stdin; write it to a file, and name that")
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
