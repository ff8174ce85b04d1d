package main

import (
	"fmt"
	"os"
	"path/filepath"

	"runnertape"
	"runnertape/store"
)

// makeRecording makes a recording that is whole, or not there: it is filled in a folder of its own beside the name to,
// closed, and given to finish, which takes it from there. What is for stdout is made among the temporary files.
func makeRecording(to string, h runnertape.Recording, fill func(*store.Writer) error, finish func(path string) error) error {
	name := filepath.Clean(to) // of a folder too, that may be the working one
	if base := filepath.Base(name); base == "." || base == ".." {
		var err error
		if name, err = filepath.Abs(name); err != nil {
			return err
		}
	}
	if to == "-" {
		name = filepath.Join(os.TempDir(), "stdout")
	}
	dir, err := os.MkdirTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.new")
	if err != nil {
		return fmt.Errorf("create recording %s: %w", to, besideError(name, err))
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(name))
	w, err := store.Create(path, h)
	if err != nil {
		return renamed(err, path, to)
	}
	err = fill(w)
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = finish(path)
	}
	return renamed(err, path, to)
}
