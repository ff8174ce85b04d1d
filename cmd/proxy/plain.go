package main

import (
	"encoding/json"
	"errors"
	"io"

	"runnertape"
)

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
