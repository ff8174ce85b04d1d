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
	return containsText(c, f.grep)
}

// containsText tells whether text is in what r has, without holding more than a part of it. What cannot
// be unpacked further has ended.
func containsText(r io.Reader, text string) (bool, error) {
	room := make([]byte, max(32<<10, 4*len(text)))
	had := 0
	for {
		n, err := r.Read(room[had:])
		if bytes.Contains(room[:had+n], []byte(text)) {
			return true, nil
		}
		keep := min(had+n, len(text)-1)
		copy(room, room[had+n-keep:had+n])
		had = keep
		switch {
		case err == io.EOF, errors.Is(err, errUnpack):
			return false, nil
		case err != nil:
			return false, err
		}
	}
}
