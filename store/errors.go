package store

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"syscall"

	bolterrors "go.etcd.io/bbolt/errors"

	"runnertape"
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

// ErrGone says that the file is not there any more, or that another one is,
// while a Writer has it open.
var ErrGone = errors.New("recording was deleted, renamed or replaced while it was written")

// Errors of reading from an open recording.
var (
	// ErrClosed says that the Writer whose Reader it is was closed.
	ErrClosed = errors.New("recording is closed")
	// ErrNoExchange says that the recording has no exchange of that id.
	ErrNoExchange = runnertape.ErrNoExchange
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

// systemError is what the system said, without a path, if that is what err is
// about. bbolt has put it into a text when a file could not grow.
func systemError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	for _, known := range []error{syscall.EFBIG, syscall.ENOSPC} {
		if err != nil && strings.HasSuffix(err.Error(), known.Error()) {
			return known
		}
	}
	return err
}

// guard runs f on bbolt's mapped memory. A damaged or truncated file makes bbolt
// panic, or the system raise a fault at an address beyond the file's end; both
// come back as ErrDamaged.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch r := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }: // a fault in the mapped file
			err = errFaulted
		default:
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return f()
}
