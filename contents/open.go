package contents

import (
	"errors"
	"io"

	"runnertape"
)

// Open gives content from a byte offset on. Beyond its end there is nothing, which is no error.
type Open func(offset int64) (io.ReadCloser, error)

// Section is the content of open from byte first on.
func Section(open Open, first int64) Open {
	return func(offset int64) (io.ReadCloser, error) { return open(first + offset) }
}

// Bodies are those of a recording, as they were on the wire.
type Bodies interface {
	Body(id uint64, side runnertape.Side) (io.ReadCloser, error)
}

// OfBody is the content of one side of an exchange. Of bodies that have a method BodyAt, as those on disk have, what stands
// before the offset is not read.
func OfBody(bodies Bodies, id uint64, side runnertape.Side) Open {
	if b, ok := bodies.(interface {
		BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error)
	}); ok {
		return func(offset int64) (io.ReadCloser, error) { return b.BodyAt(id, side, offset) }
	}
	return func(offset int64) (io.ReadCloser, error) {
		body, err := bodies.Body(id, side)
		if err != nil {
			return nil, err
		}
		if _, err := io.CopyN(io.Discard, body, offset); err != nil && !errors.Is(err, io.EOF) {
			body.Close()
			return nil, err
		}
		return body, nil
	}
}

// source passes bytes on, counts them, and remembers what went wrong in reading: a parser
// of a format mixes that with what it thinks of the bytes.
type source struct {
	r   io.Reader
	n   int64 // bytes read
	err error // of reading; nil at the end
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// readAt is up to n bytes from offset on; fewer if there are no more.
func readAt(open Open, offset int64, n int) ([]byte, error) {
	r, err := open(offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b := make([]byte, n)
	n, err = io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}
