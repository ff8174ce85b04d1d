package main

import (
	"bytes"
	"errors"
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

var errStrange = errors.New("not what is spoken here")

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
