package main

import (
	"bytes"
	"errors"
	"io"

	"runnertape"
)

func (f *filter) inBody(src recording, x *runnertape.Exchange, side runnertape.Side) (bool, error) {
	c, err := openContent(src, x, side)
	if err != nil || c == nil {
		return false, err
	}
	defer c.Close()
	return f.grep.in(c)
}

// search looks for a text.
type search struct {
	text []byte
	room []byte // what is looked at
}

func newSearch(text string) *search {
	return &search{[]byte(text), make([]byte, max(32<<10, 4*len(text)))}
}

// in tells whether the text is in what r has. What cannot be unpacked further has ended.
func (s *search) in(r io.Reader) (bool, error) {
	had := 0 // bytes in room that may be the beginning of the text
	for {
		n, err := r.Read(s.room[had:])
		if had += n; bytes.Contains(s.room[:had], s.text) {
			return true, nil
		}
		had = copy(s.room, s.room[had-min(had, len(s.text)-1):had])
		switch {
		case err == io.EOF, errors.Is(err, errUnpack):
			return false, nil
		case err != nil:
			return false, err
		}
	}
}
