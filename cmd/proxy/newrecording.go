package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"runnertape"
	"runnertape/store"
)

// makeRecording makes a recording that is whole, or not there: it is filled in a folder of its own beside the name to,
// closed, and given to finish, which takes it from there. What is for stdout is made among the temporary files, and that
// nobody reads stdout any more is an error: the signal that says so would leave the folder behind.
func makeRecording(to string, h runnertape.Recording, fill func(*store.Writer) error, finish func(path string) error) error {
	name := filepath.Clean(to) // of a folder too, that may be the working one
	if base := filepath.Base(name); base == "." || base == ".." {
		var err error
		if name, err = filepath.Abs(name); err != nil {
			return err
		}
	}
	beside := filepath.Dir(name)
	if to == "-" {
		unread := make(chan os.Signal, 1)
		signal.Notify(unread, syscall.SIGPIPE)
		defer signal.Stop(unread)
		beside, name = os.TempDir(), "stdout"
	}
	dir, err := os.MkdirTemp(beside, "."+filepath.Base(name)+".*.new")
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
