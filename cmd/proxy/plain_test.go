package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"runnertape"
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

// writePlain writes everything that is in a recording: exchanges as JSON, and
// bodies. What must not be in it can be looked for there, and not in the file, which is compressed.
func writePlain(w io.Writer, r recording) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for x, err := range r.Exchanges() {
		if err != nil {
			return err
		}
		if err := lines.Encode(x); err != nil {
			return err
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body, err := r.Body(x.ID, side)
			if err != nil {
				return err
			}
			if _, err := io.Copy(w, body); err != nil {
				return errors.Join(err, body.Close())
			}
			if err := body.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}
