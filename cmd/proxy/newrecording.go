package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"runnertape"
	"runnertape/fixtures"
	"runnertape/store"
)

// makeRecording makes a recording that is whole, or not there: it is filled in a folder of its own beside the name to,
// closed, and given to finish, which takes it from there.
func makeRecording(to string, h runnertape.Recording, fill func(*store.Writer) error, finish func(path string) error) error {
	dir, err := os.MkdirTemp(filepath.Dir(to), "."+filepath.Base(to)+".*.new")
	if err != nil {
		return fmt.Errorf("create recording %s: %w", to, besideError(to, err))
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(to))
	w, err := store.Create(path, h)
	if err != nil {
		return err
	}
	err = fill(w)
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = finish(path)
	}
	return err
}

// nameRecording gives a recording that was made its name, or writes it as text, as the name says.
func (p *process) nameRecording(path, to string) error {
	if filepath.Ext(to) != ".txtar" && to != "-" {
		return takeName(path, to)
	}
	made, err := store.Open(path)
	if err != nil {
		return err
	}
	defer made.Close()
	return toOutput(to, p.stdout, func(w io.Writer) error { return fixtures.Write(w, made) })
}
