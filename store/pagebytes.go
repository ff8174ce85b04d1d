package store

import (
	"bytes"
	"io"
)

// pageBytes is a page, of which the first bytes were read ahead.
type pageBytes struct {
	*io.SectionReader
	head []byte
}

func (p pageBytes) slice(at, n int64) ([]byte, bool) {
	if at+n <= int64(len(p.head)) {
		return p.head[at : at+n], true
	}
	if n == 0 || at+n > p.Size() {
		return nil, n == 0
	}
	b := make([]byte, n)
	_, err := p.ReadAt(b, at)
	return b, err == nil
}

// keyOrder is where a walk through one bucket has come.
type keyOrder struct {
	last  []byte // the greatest key so far
	floor []byte // what the branch above says the next key is at least
}

// leaf takes the next key of a leaf.
func (o *keyOrder) leaf(key []byte) bool {
	if o.last != nil && bytes.Compare(key, o.last) <= 0 || bytes.Compare(key, o.floor) < 0 {
		return false
	}
	o.last, o.floor = append(make([]byte, 0, len(key)+1), key...), nil
	return true
}

// branch takes the key a branch gives for its next child.
func (o *keyOrder) branch(key []byte) bool {
	if o.last != nil && bytes.Compare(key, o.last) <= 0 || bytes.Compare(key, o.floor) < 0 {
		return false
	}
	o.floor = bytes.Clone(key)
	return true
}
