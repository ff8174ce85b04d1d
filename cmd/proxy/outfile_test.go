package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A file is whole or not there, and takes the place of no other.
func TestToOutput(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	write := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, writeErr := io.WriteString(w, text)
			return errors.Join(err, writeErr)
		}
	}
	broken := errors.New("broken")
	if err := toOutput(path, nil, write("half", broken)); !errors.Is(err, broken) {
		t.Error(err)
	}
	wantFiles(t, dir)
	if err := toOutput(path, nil, func(w io.Writer) error {
		wantNone(t, path)
		return write("whole", nil)(w)
	}); err != nil {
		t.Error(err)
	}
	if err := toOutput(path, nil, write("other", nil)); !errors.Is(err, errFileExists) {
		t.Error(err)
	}
	wantFiles(t, dir, "out")
	if content, err := os.ReadFile(path); string(content) != "whole" {
		t.Errorf("%q, %v", content, err)
	}
	var stdout safeBuffer
	for _, path := range []string{"", "-"} {
		mustDo(t, refuseExisting(path))
		mustDo(t, toOutput(path, &stdout, write("x", nil)))
	}
	if stdout.String() != "xx" {
		t.Errorf("%q", stdout.String())
	}
}

func wantNone(t *testing.T, path string) {
	t.Helper()
	if err := refuseExisting(path); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func wantFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	mustDo(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if len(got) != len(names) || len(names) > 0 && got[0] != names[0] {
		t.Errorf("%v, want %v", got, names)
	}
}
