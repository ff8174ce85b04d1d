package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

var errFileExists = errors.New("file exists; name another, or remove it")

// refuseExisting says early that a file to be written is there already. "" and - are stdout.
func refuseExisting(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	_, err := os.Lstat(path)
	if err == nil {
		return fmt.Errorf("%s: %w", path, errFileExists)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// refuseUnwritable is refuseExisting, and says early too that there can be no file of that name: what is to be written
// there takes long to come.
func refuseUnwritable(path string) error {
	if err := refuseExisting(path); err != nil || path == "" || path == "-" {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return fmt.Errorf("create %s: %w", path, besideError(path, err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// toOutput has write write to stdout, if path is "" or -, or else to a new file of that name, which is
// there when all was written, and not before. It takes the place of no other file.
func toOutput(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return write(stdout)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return fmt.Errorf("create %s: %w", path, besideError(path, err))
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = takeName(f.Name(), path)
	}
	if removed := os.Remove(f.Name()); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return renamed(err, f.Name(), path)
}

// renamedError is an error in which a name stands in the place of another.
type renamedError struct {
	error
	text string
}

// renamed is err with the name that was asked for in the place of the temporary one; stdout has none.
func renamed(err error, temporary, to string) error {
	if err == nil || to == "-" {
		return err
	}
	return renamedError{err, strings.ReplaceAll(err.Error(), temporary, to)}
}

// Error implements error.
func (e renamedError) Error() string { return e.text }

// Unwrap is the error with the temporary name.
func (e renamedError) Unwrap() error { return e.error }

// besideError is err of a file or folder that could not be made beside path, without its name, which nobody asked for.
func besideError(path string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; make the folder %s first", err, filepath.Dir(path))
	}
	return err
}

// takeName gives a file its name, unless another has it. Where there are no hard links the look
// comes a moment before.
func takeName(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		return nil
	}
	if existing := refuseExisting(to); existing != nil {
		return existing
	}
	return os.Rename(from, to)
}
