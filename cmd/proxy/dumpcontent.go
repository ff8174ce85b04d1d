package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"runnertape"
)

// errUnpack says that a body does not unpack to its end.
var errUnpack = errors.New("it cannot be unpacked")

// bodyContent is a recorded body to be read as it was meant: unpacked, if it was sent as gzip.
type bodyContent struct {
	io.Reader
	body     io.Closer
	unpacked bool // it was gzip
}

// Close lets go of the body.
func (c *bodyContent) Close() error { return c.body.Close() }

// openContent opens one side of x; nil if there is nothing of it.
func openContent(src recording, x *runnertape.Exchange, side runnertape.Side) (*bodyContent, error) {
	header, body := sideOf(x, side)
	if body == nil || x.State == runnertape.Done && body.Stored == 0 {
		return nil, nil
	}
	r, err := src.Body(x.ID, side)
	if err != nil {
		return nil, err
	}
	c := &bodyContent{Reader: r, body: r}
	if header.ContentCoding() == "gzip" {
		c.Reader, c.unpacked = &unpacker{packed: &tainted{Reader: r}}, true
	}
	return c, nil
}

// sideOf is what x says of a side; nil if there is no answer.
func sideOf(x *runnertape.Exchange, side runnertape.Side) (runnertape.Header, *runnertape.Body) {
	if side == runnertape.RequestSide {
		return x.Request.Header, &x.Request.Body
	}
	if x.Response == nil {
		return nil, nil
	}
	return x.Response.Header, &x.Response.Body
}

// unpacker begins to unpack at the first Read. What is wrong with the gzip is an errUnpack, what
// is wrong with reading is not.
type unpacker struct {
	packed *tainted
	gzip   *gzip.Reader
	err    error // sticky
}

// Read implements io.Reader.
func (u *unpacker) Read(p []byte) (n int, err error) {
	if u.err == nil && u.gzip == nil {
		u.gzip, u.err = gzip.NewReader(u.packed)
		u.err = u.told(u.err)
	}
	if u.err == nil {
		n, err = u.gzip.Read(p)
		u.err = u.told(err)
	}
	return n, u.err
}

func (u *unpacker) told(err error) error {
	switch {
	case err == nil, err == io.EOF:
		return err
	case u.packed.err != nil:
		return u.packed.err
	}
	return fmt.Errorf("%w: %w", errUnpack, err)
}

// tainted is a Reader that remembers an error of its own.
type tainted struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (t *tainted) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if err != nil && err != io.EOF {
		t.err = err
	}
	return n, err
}
