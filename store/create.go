package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"runnertape"
)

// Create begins a new recording at path, with mode 0600. It fails with
// [ErrExists] rather than touch a file that is there. Format is set by the Writer.
//
// At every moment there is either no file of that name, or one that opens: a kill
// in between can leave another beside it, whose name ends in ".new".
func Create(path string, h runnertape.Recording) (*Writer, error) {
	h.Format = Format
	if err := makeFile(path, h); err != nil {
		return nil, createError(path, err)
	}
	db, err := openDB(path, false)
	if err != nil {
		return nil, openError(path, err)
	}
	w, err := newWriter(path, db, h)
	if err != nil {
		return nil, errors.Join(openError(path, err), db.Close())
	}
	return w, nil
}

// createError says that there can be no new file at path, once and without the names of others.
func createError(path string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; make the folder %s first", err, filepath.Dir(path))
	}
	return fmt.Errorf("create recording %s: %w", path, err)
}

// makeFile makes an empty recording under another name, and then gives it its own.
func makeFile(path string, h runnertape.Recording) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return errors.New("it is a folder; name a file in it")
	}
	if _, err := os.Lstat(path); err == nil {
		return ErrExists
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	making := f.Name()
	f.Close() // bbolt opens it by name
	err = writeFile(making, h)
	if err == nil {
		err = name(making, path)
	}
	if removed := os.Remove(making); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

func writeFile(path string, h runnertape.Recording) error {
	db, err := openDB(path, false)
	if err != nil {
		return err
	}
	return errors.Join(db.Update(func(tx *bbolt.Tx) error { return writeHeader(tx, h) }), db.Close())
}

// name gives a file the name path, unless there is one of that name.
func name(making, path string) error {
	err := os.Link(making, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	}
	return os.Rename(making, path) // some file systems have no links
}
