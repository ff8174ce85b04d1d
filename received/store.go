package received

import (
	"crypto/sha256"
	"hash"
	"io"

	"runnertape"
)

// Store keeps contents. Its methods may be called from many goroutines at once.
type Store struct {
	place place
	logs  *logs // nil: logs are not kept
}

// place is where contents are kept.
type place interface {
	begin() (spot, error)
	close() error
}

// spot is where one content is kept.
type spot interface {
	io.Writer
	keep(sum runnertape.Digest, about string) error // it is complete
	drop()                                          // it is not wanted
	open(offset int64) (io.ReadCloser, error)
}

// Close ends the store. What it kept in a folder stays there.
func (s *Store) Close() error { return s.place.close() }

// Begin begins a content.
func (s *Store) Begin() (*Content, error) {
	spot, err := s.place.begin()
	if err != nil {
		return nil, err
	}
	return &Content{spot: spot, sum: sha256.New()}, nil
}

// Content is one thing that was sent. It is written by one goroutine, and may be
// opened by many once it is kept.
type Content struct {
	spot  spot
	sum   hash.Hash
	bytes int64
	err   error // of the first write that failed
}

// Write implements io.Writer. After an error there is nothing but Drop.
func (c *Content) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	c.sum.Write(p)
	n, err := c.spot.Write(p)
	c.bytes += int64(n)
	c.err = err
	return n, err
}

// Bytes is how many there are.
func (c *Content) Bytes() int64 { return c.bytes }

// SHA256 is the digest of what was written so far.
func (c *Content) SHA256() (sum runnertape.Digest) {
	c.sum.Sum(sum[:0])
	return sum
}

// ETag stands for the content as object stores name it: a word in quotes.
func (c *Content) ETag() string { return `"` + c.SHA256().String()[:32] + `"` }

// Keep says that the content is complete, and what it is, in one line for a reader of
// the folder.
func (c *Content) Keep(about string) error {
	if c.err != nil {
		return c.err
	}
	return c.spot.keep(c.SHA256(), about)
}

// Drop forgets a content that was not kept.
func (c *Content) Drop() { c.spot.drop() }

// Open gives a kept content from a byte offset on.
func (c *Content) Open(offset int64) (io.ReadCloser, error) { return c.spot.open(offset) }
