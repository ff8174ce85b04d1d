package serve

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/store"
)

// ErrNoRecording says that there is no file of that name.
var ErrNoRecording = errors.New("no such file")

// Recording is a recording of any form, opened for reading.
type Recording interface {
	// Header is what holds for the whole recording.
	Header() runnertape.Recording
	// Exchanges are all exchanges in order of their ids.
	Exchanges() iter.Seq2[*runnertape.Exchange, error]
	// Body opens the kept content of one side of an exchange, as it was on the wire.
	Body(id uint64, side runnertape.Side) (io.ReadCloser, error)
	// Close lets go of the file.
	Close() error
}

// Open opens a text recording or a database. The error may wrap [ErrNoRecording], [fixtures.ErrNewer], or those of
// package store, of which [store.ErrHeld] is that it is still being made.
func Open(path string) (Recording, error) {
	text, err := fixtures.IsText(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open recording %s: %w", path, ErrNoRecording)
	}
	if err == nil && text {
		t, err := fixtures.Open(path)
		if err != nil {
			return nil, err // and no Recording that is a nil *fixtures.Text
		}
		return t, nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("open recording %s: %w but a folder without recording.txtar", path, store.ErrForeign)
	}
	r, err := store.Open(path)
	if err != nil {
		return nil, err
	}
	return r, nil
}
