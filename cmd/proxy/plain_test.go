package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"runnertape/store"
)

// plain is what is in a file: its bytes and, of a recording, what they are when
// they are unpacked. It reads a copy, so that the recording may be held; one that
// is being written may be unreadable for a moment.
func plain(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil || filepath.Ext(path) != ".db" {
		return content, err
	}
	dir, err := os.MkdirTemp("", "plain")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(copied, content, 0o600); err != nil {
		return nil, err
	}
	r, err := store.Open(copied)
	if err != nil {
		return nil, err
	}
	text := bytes.NewBuffer(content)
	err = writePlain(text, r)
	return text.Bytes(), errors.Join(err, r.Close())
}
