package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"runnertape/fixtures"
	"runnertape/store"
)

// outputForm is the form in which a recording is written.
type outputForm int

// The forms.
const (
	database   outputForm = iota
	textFile              // also stdout
	textFolder            // a text with long bodies beside it
)

// outputHelp is what the help of a command says of that.
func outputHelp(name string) string {
	return name + " must not exist; if it ends in .txtar it is text, in / a folder of text, and - is text on stdout."
}

// outputFlag is the flag of commands that make a recording of others.
func outputFlag(category string) cli.Flag {
	return &cli.StringFlag{Name: "output", Aliases: []string{"o"}, Category: category, Usage: "the recording to make, a new `FILE` or folder, which is whole or not there"}
}

// outputFormOf is the form that the name of an output says: text in one file for what ends in .txtar and for -, which is stdout;
// a folder for what ends in a slash, or is an empty folder; else the database.
func outputFormOf(to string) outputForm {
	switch {
	case to == "-" || filepath.Ext(to) == ".txtar":
		return textFile
	case to != "" && os.IsPathSeparator(to[len(to)-1]):
		return textFolder
	}
	if entries, err := os.ReadDir(to); err == nil && len(entries) == 0 {
		return textFolder
	}
	return database
}

// refuseOutput says early that a recording to be made of others is there already. Nobody is told to remove what is read.
func refuseOutput(to string, from ...string) error {
	for _, path := range from {
		if sameFile(path, to) {
			return fmt.Errorf("%s: it is what is read, and stays as it is; name another file to write", to)
		}
	}
	if outputFormOf(to) != textFolder {
		return refuseExisting(to)
	}
	entries, err := os.ReadDir(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && len(entries) > 0:
		err = fixtures.ErrNotEmpty
	case err != nil && refuseExisting(filepath.Clean(to)) != nil:
		err = errFileExists
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", to, plainError(err))
	}
	return err
}

// sameFile tells whether two names are of one file that is there.
func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// nameRecording gives a recording that was made its name, or writes it as text, as the name says.
func (p *process) nameRecording(path, to string) error {
	if outputFormOf(to) == database {
		return takeName(path, to)
	}
	made, err := store.Open(path)
	if err != nil {
		return err
	}
	defer made.Close()
	return writeText(to, p.stdout, stoppableRecording{made, p})
}

var errHalfWritten = errors.New("interrupted; what was written to stdout is not all, and is no recording")

// writeText writes src as text, in the form that the name to says. It is whole or not there, but on stdout, and takes the place
// of nothing.
func writeText(to string, stdout io.Writer, src fixtures.Source) error {
	var err error
	if outputFormOf(to) == textFolder {
		err = fixtures.WriteFolder(filepath.Clean(to), src)
		if p, ok := errors.AsType[*fs.PathError](err); ok && p.Op == "mkdir" {
			err = fmt.Errorf("create %s: %w", to, besideError(filepath.Clean(to), err))
		}
		return err
	}
	return toOutput(to, stdout, func(w io.Writer) error {
		err := fixtures.Write(w, src)
		if to == "-" && errors.Is(err, errInterrupted) {
			return errHalfWritten
		} else if err != nil {
			return fmt.Errorf("write %s: %w", to, err)
		}
		return nil
	})
}

// plainError is err without the name that has been said.
func plainError(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
