package contents

import (
	"errors"
	"io"
)

// Open gives content from a byte offset on. Beyond its end there is nothing, which is no error.
type Open func(offset int64) (io.ReadCloser, error)

// Section is the content of open from byte first on.
func Section(open Open, first int64) Open {
	return func(offset int64) (io.ReadCloser, error) { return open(first + offset) }
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
