package replay

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
)

// keepError is why something that came could not be kept. It is no fault of who sent it.
type keepError struct{ error }

// Unwrap implements the interface of package errors.
func (e *keepError) Unwrap() error { return e.error }

// receiveForm reads a multipart body to its end, and keeps the part "file" in u.
func (r *Replayer) receiveForm(contentType string, body io.Reader, u *sent) error {
	boundary, err := boundaryOf(contentType)
	if err != nil {
		return err
	}
	parts := multipart.NewReader(body, boundary)
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read multipart body: %w", err)
		}
		if part.FormName() == "file" && u.content == nil {
			err = r.receiveFile(part, u)
		} else if _, failed := io.Copy(io.Discard, part); failed != nil {
			err = fmt.Errorf("read part %q: %w", part.FormName(), failed)
		}
		if err != nil {
			return err
		}
	}
	if u.content == nil {
		return errors.New(`multipart body has no part "file"`)
	}
	return nil
}

// receiveFile takes the file itself.
func (r *Replayer) receiveFile(part *multipart.Part, u *sent) (err error) {
	u.Filename = part.FileName()
	if u.content, err = r.received.Begin(); err != nil {
		return &keepError{err}
	}
	from := &reading{Reader: part}
	if u.Bytes, err = io.Copy(u.content, from); from.err != nil {
		return fmt.Errorf("read part %q: %w", part.FormName(), from.err)
	} else if err != nil {
		return &keepError{err}
	}
	u.SHA256 = u.content.SHA256().String()
	return nil
}

// boundaryOf is the boundary in a Content-Type.
func boundaryOf(contentType string) (string, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return "", errors.New("artifacts did not come as multipart/form-data")
	}
	return params["boundary"], nil
}
