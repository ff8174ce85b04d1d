package contents

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
)

const (
	windowBytes  = 64 << 10 // in which a boundary is looked for
	maxHeadBytes = 16 << 10 // that are kept of a part's head
)

// delimiter is what a content ended with.
type delimiter uint8

const (
	nothing delimiter = iota // the body ended
	another                  // a boundary, after which there is a part
	closing                  // the closing boundary
)

// splitter cuts a body at its boundary, with a window of fixed size.
type splitter struct {
	r    *bufio.Reader
	mark []byte // line end, two dashes, boundary
	at   int64  // of the body, which byte is read next
}

func newSplitter(r io.Reader, boundary string) *splitter {
	// A boundary is at the begin of a line, but the body's first has no line end before it.
	r = io.MultiReader(strings.NewReader("\r\n"), r)
	return &splitter{bufio.NewReaderSize(r, windowBytes), []byte("\r\n--" + boundary), -2}
}

// content passes on what stands before the next boundary, and skips the boundary's line.
func (s *splitter) content(w io.Writer) (n int64, next delimiter, err error) {
	for {
		window, err := s.r.Peek(s.r.Buffered())
		pass, found := s.find(window)
		if !found { // only then, or each small part would move the whole window
			window, err = s.r.Peek(windowBytes)
			pass, found = s.find(window)
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return n, nothing, err
		}
		atEnd := err != nil
		switch {
		case found:
		case atEnd:
			pass = len(window)
		default:
			pass = min(pass, len(window)-len(s.mark)) // it may begin here
		}
		if pass > 0 && s.at < 0 { // the line end that was put before the body
			skip := min(pass, int(-s.at))
			window, pass = window[skip:], pass-skip
			s.discard(skip)
		}
		w.Write(window[:pass]) // a hash, or nothing: it has no errors
		n += int64(pass)
		s.discard(pass)
		if found {
			next, err = s.line()
			return n, next, err
		}
		if atEnd {
			return n, nothing, nil
		}
	}
}

// find looks for the mark with what may follow it, as Go's and Rack's readers do: two dashes, a blank or a
// line end; otherwise it is a longer line that only begins so.
func (s *splitter) find(window []byte) (at int, found bool) {
	for at < len(window) {
		i := bytes.Index(window[at:], s.mark)
		if i < 0 {
			return len(window), false
		}
		at += i
		after := window[at+len(s.mark):]
		if len(after) < 2 || after[0] == ' ' || after[0] == '\t' || after[0] == '\r' || after[0] == '\n' || string(after[:2]) == "--" {
			return at, len(after) >= 2
		}
		at += len(s.mark)
	}
	return at, false
}

// line skips the mark and the rest of its line.
func (s *splitter) line() (delimiter, error) {
	s.discard(len(s.mark))
	next := another
	if after, _ := s.r.Peek(2); string(after) == "--" {
		next = closing
	}
	_, _, ended, err := s.textLine(0)
	if !ended && next == another {
		next = nothing
	}
	return next, err
}

func (s *splitter) discard(n int) {
	n, _ = s.r.Discard(n) // of what Peek gave
	s.at += int64(n)
}

// textLine reads a line of size bytes without its end, of which the first keep are given, and
// tells whether it had an end.
func (s *splitter) textLine(keep int) (line []byte, size int64, ended bool, err error) {
	for {
		piece, err := s.r.ReadSlice('\n')
		s.at += int64(len(piece))
		size += int64(len(piece))
		line = append(line, piece[:min(len(piece), keep-len(line))]...)
		switch {
		case err == nil:
			size -= int64(len(piece) - len(bytes.TrimSuffix(piece[:len(piece)-1], []byte("\r"))))
			return line[:min(int64(len(line)), size)], size, true, nil
		case errors.Is(err, io.EOF):
			return line, size, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, 0, false, err
		}
	}
}

// head reads the head of a part. Of one that is too long the rest is skipped.
func (s *splitter) head(f *faults) (p Part, ended bool, err error) {
	room, tooLong := int64(maxHeadBytes), false
	for {
		line, size, ended, err := s.textLine(int(room))
		if err != nil || !ended || size == 0 {
			return p, ended, err
		}
		if size > room {
			if !tooLong {
				f.add("the head of a part is longer than %d bytes", maxHeadBytes)
			}
			room, tooLong = 0, true
			continue
		}
		room -= size
		p.field(string(line), f)
	}
}

// rest counts what follows.
func (s *splitter) rest() (int64, error) { return io.Copy(io.Discard, s.r) }

// field takes a line of a part's head (RFC 7578 §4).
func (p *Part) field(line string, f *faults) {
	key, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch strings.ToLower(key) {
	case "content-type":
		p.ContentType = cut(value)
	case "content-disposition":
		_, params, err := mime.ParseMediaType(value)
		if err != nil {
			f.add("a part has Content-Disposition %.200q: %v", value, err)
		}
		p.Name, p.Filename = cut(params["name"]), cut(params["filename"])
	}
}
