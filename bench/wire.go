package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// wire is one end of a connection.
type wire struct {
	net.Conn
	in  *bufio.Reader
	out []byte // reused for what is sent
}

func newWire(c net.Conn) *wire {
	return &wire{Conn: c, in: bufio.NewReaderSize(c, 64<<10)}
}

// readHead reads a start line and its fields into h.
func (w *wire) readHead(h *head) error {
	*h = head{length: -1}
	for first := true; ; first = false {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first:
			err = h.start(line)
		case len(line) == 0:
			return nil
		default:
			err = h.field(line)
		}
		if err != nil {
			return fmt.Errorf("%w: %.80q", err, line)
		}
	}
}

// readBody reads the body that follows h into to, which may be nil, and returns its length.
func (w *wire) readBody(h *head, to io.Writer) (int64, error) {
	switch {
	case h.status == 204:
		return 0, nil
	case h.chunked:
		return w.readChunks(to)
	case h.length > 0:
		return h.length, w.read(h.length, to)
	case h.length < 0 && h.status != 0:
		return 0, fmt.Errorf("a response without a length: %w", errStrange)
	}
	return 0, nil
}

func (w *wire) readChunks(to io.Writer) (total int64, err error) {
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return total, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 64)
		if err != nil {
			return total, err
		}
		if err := w.read(n, to); err != nil {
			return total, err
		}
		if _, err := w.in.Discard(2); err != nil || n == 0 { // no trailers are sent here
			return total, err
		}
		total += n
	}
}

func (w *wire) read(n int64, to io.Writer) error {
	for n > 0 {
		if w.in.Buffered() == 0 {
			if _, err := w.in.Peek(1); err != nil {
				return unexpected(err)
			}
		}
		p, _ := w.in.Peek(int(min(n, int64(w.in.Buffered()))))
		if to != nil {
			if _, err := to.Write(p); err != nil {
				return err
			}
		}
		w.in.Discard(len(p))
		n -= int64(len(p))
	}
	return nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
