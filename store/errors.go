package store

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"

	bolterrors "go.etcd.io/bbolt/errors"
)

// Errors of opening a recording.
var (
	// ErrExists says that Create found a file of that name.
	ErrExists = errors.New("file exists")
	// ErrHeld says that another process has the recording open for writing, or, for a Writer, at all.
	ErrHeld = errors.New("held by another process")
	// ErrForeign says that the file is not a recording.
	ErrForeign = errors.New("not a recording")
	// ErrNewer says that a newer program wrote the recording.
	ErrNewer = errors.New("written by a newer version")
	// ErrDamaged says that the file is a recording, but not whole.
	ErrDamaged = errors.New("recording is damaged")
)

// Errors of reading from an open recording.
var (
	// ErrNoExchange says that the recording has no exchange of that id.
	ErrNoExchange = errors.New("no such exchange")
)

// openError turns what bbolt or the system says of a file into our words.
func openError(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bolterrors.ErrTimeout):
		err = ErrHeld
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch):
		err = ErrForeign
	case errors.Is(err, bolterrors.ErrChecksum):
		err = fmt.Errorf("%w: both meta pages fail their checksum", ErrDamaged)
	default:
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err // the path is said once, below
		}
	}
	return fmt.Errorf("open recording %s: %w", path, err)
}

// guard runs f on bbolt's mapped memory. A damaged or truncated file makes bbolt
// panic, or the system raise a fault at an address beyond the file's end; both
// come back as ErrDamaged.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return f()
}
