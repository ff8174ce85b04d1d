package redact

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"

	"runnertape"
	"runnertape/decode"
)

// Seeker looks by the key of a recording for the secrets of which its note has the stand-ins: a recorder was killed
// before it had replaced them everywhere, and nothing else says what they were. What it finds its Redactor learns. They
// are found as they are, escaped for JSON or a URL, and in base64, also where a log is cut; not what is only a part of one.
type Seeker struct {
	r       *Redactor
	sought  map[string]bool     // stand-ins of secrets that are not found yet
	shapes  map[uint64][]string // of those, by the eight bytes they begin with
	begins  [1 << 16 / 64]uint64
	overlap int // bytes at the end of a piece in which one may begin
	found   int
	logs    map[int64][]byte // ends of logs
	text    []byte
	shape   []byte
}

// Bounds of a Seeker.
const (
	seekPiece   = 64 << 10
	maxSeekLogs = 500
	maxLogEnd   = 16 << 10
)

// NewSeeker looks for what a note tells of, which Writer.Owed or Reader.Owed of the store gave.
func (r *Redactor) NewSeeker(text []byte) (*Seeker, error) {
	n, err := readNote(text)
	if err != nil {
		return nil, err
	}
	s := &Seeker{r: r, sought: map[string]bool{}, shapes: map[uint64][]string{}, logs: map[int64][]byte{}}
	for _, standIn := range n.StandIns {
		if len(standIn) < minSecret || len(standIn) > maxSecret || s.sought[standIn] {
			continue
		}
		s.sought[standIn] = true
		shape := shapeOf(nil, []byte(standIn))
		head := binary.LittleEndian.Uint64(shape)
		s.shapes[head] = append(s.shapes[head], string(shape))
		bit := beginning(head)
		s.begins[bit/64] |= 1 << (bit % 64)
		s.overlap = max(s.overlap, 2*len(standIn)+64)
	}
	return s, nil
}

func beginning(head uint64) uint64 { return head * 0x9E3779B97F4A7C15 >> 48 }

// Found is how many of them were found so far.
func (s *Seeker) Found() int { return s.found }

// Exchange looks at an exchange of which body opens a body.
func (s *Seeker) Exchange(x *runnertape.Exchange, body func(id uint64, side runnertape.Side) (io.ReadCloser, error)) error {
	s.look(appendHeads(nil, x))
	call := decode.Classify(x.Request.Method, x.Request.Path())
	bodies := []*runnertape.Body{&x.Request.Body}
	if x.Response != nil {
		bodies = append(bodies, &x.Response.Body)
	}
	for i, b := range bodies {
		if x.State == runnertape.Done && b.Stored == 0 {
			continue
		}
		r, err := body(x.ID, sides[i])
		if err != nil {
			return err
		}
		h, log := x.Request.Header, int64(0)
		if i == 1 {
			h = x.Response.Header
		} else if call.Endpoint == decode.PatchTrace {
			log = call.JobID
		}
		if err := errors.Join(s.body(r, h, b, log), r.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Seeker) body(r io.Reader, h runnertape.Header, b *runnertape.Body, log int64) error {
	switch {
	case h.ContentCoding() != "":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil // nothing could be replaced in it either
		}
		r = io.LimitReader(untilError{z}, decode.MaxMessage)
	case b.Opaque:
		r = io.LimitReader(r, opaqueText)
	}
	s.text = append(s.text[:0], s.logs[log]...)
	for {
		held := len(s.text)
		s.text = append(s.text, make([]byte, max(seekPiece, s.overlap))...)
		n, err := io.ReadFull(r, s.text[held:])
		s.text = s.text[:held+n]
		if n > 0 {
			s.look(s.text)
		}
		keep := min(s.overlap, len(s.text))
		s.text = s.text[:copy(s.text, s.text[len(s.text)-keep:])]
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			if log != 0 {
				if len(s.logs) >= maxSeekLogs {
					clear(s.logs)
				}
				s.logs[log] = append([]byte(nil), s.text[len(s.text)-min(len(s.text), maxLogEnd):]...)
			}
			return nil
		case err != nil:
			return err
		}
	}
}

// untilError takes an error for the end: a packed body may have broken off.
type untilError struct{ r io.Reader }

// Read implements io.Reader.
func (u untilError) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}
