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

// call is which request a head belongs to.
type call byte

const (
	unknownCall call = iota
	pollCall
	patchCall
	uploadCall
	downloadCall
)

// head is what this benchmark needs of a start line and its fields.
type head struct {
	call     call
	status   int // of a response
	length   int64
	chunked  bool
	close    bool
	verify   bool  // X-Bench-Verify: hash the body, and say so in the answer
	hold     bool  // X-Bench-Hold: answer only when the client has gone
	size     int64 // X-Bench-Size: of the body asked for
	from, to int64 // Content-Range, both inclusive
	sha256   [64]byte
}

// wire is one end of a connection.
type wire struct {
	net.Conn
	in  *bufio.Reader
	out []byte // reused for what is sent
}

func newWire(c net.Conn) *wire {
	return &wire{Conn: c, in: bufio.NewReaderSize(c, 64<<10)}
}

var errStrange = errors.New("not what is spoken here")

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

func (h *head) start(line []byte) (err error) {
	if len(line) < 12 {
		return errStrange
	}
	if line[0] == 'H' {
		h.status, err = strconv.Atoi(string(line[9:12]))
		return err
	}
	switch {
	case bytes.HasPrefix(line, []byte("POST ")) && bytes.Contains(line, []byte("/jobs/request")):
		h.call = pollCall
	case bytes.HasPrefix(line, []byte("PATCH ")) && bytes.Contains(line, []byte("/trace")):
		h.call = patchCall
	case bytes.HasPrefix(line, []byte("POST ")) && bytes.Contains(line, []byte("/artifacts")):
		h.call = uploadCall
	case bytes.HasPrefix(line, []byte("GET ")) && bytes.Contains(line, []byte("/artifacts")):
		h.call = downloadCall
	default:
		err = errStrange
	}
	return err
}

func (h *head) field(line []byte) (err error) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return errStrange
	}
	value = bytes.TrimSpace(value)
	is := func(s string) bool { return len(name) == len(s) && bytes.EqualFold(name, []byte(s)) }
	switch {
	case is("Content-Length"):
		h.length, err = number(value)
	case is("Transfer-Encoding"):
		h.chunked = bytes.EqualFold(value, []byte("chunked"))
	case is("Connection"):
		h.close = bytes.EqualFold(value, []byte("close"))
	case is("Content-Range"):
		from, to, _ := bytes.Cut(value, []byte("-"))
		if h.from, err = number(from); err == nil {
			h.to, err = number(to)
		}
	case is("X-Bench-Verify"):
		h.verify = true
	case is("X-Bench-Hold"):
		h.hold = true
	case is("X-Bench-Size"):
		h.size, err = number(value)
	case is("X-Bench-Sha256"):
		copy(h.sha256[:], value)
	}
	return err
}

// number is strconv's without making a string that outlives the call.
func number(b []byte) (int64, error) { return strconv.ParseInt(string(b), 10, 64) }

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
