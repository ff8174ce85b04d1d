package main

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
)

// request makes one, and tells whether the connection can be used again.
func (c *caller) request(n int) (stays bool, err error) {
	kind := c.Kind
	if kind == mixture {
		kind = patches
		if n%4 == 0 {
			kind = polls
		}
		if n%20 == 0 {
			c.speaker.nextJob()
		}
	}
	switch kind {
	case polls:
		return c.ask(204, c.poll, []byte(pollBody), "")
	case patches:
		request, body := c.speaker.appendPatch(c.wire.out[:0], c.Size)
		c.wire.out = request
		if c.Ranges {
			return c.ask(202, request, body, heldRange(c.speaker.offset))
		}
		return c.ask(202, request, body, patchedBody)
	case updates:
		c.wire.out = c.speaker.appendUpdate(c.wire.out[:0])
		return c.ask(200, c.wire.out, nil, "200")
	case uploads:
		return c.upload()
	case downloads:
		return c.download()
	}
	return false, fmt.Errorf("%q: %w", kind, errStrange)
}

// ask sends a request that fits into one write.
func (c *caller) ask(status int, request, body []byte, answer string) (bool, error) {
	if _, err := c.wire.Write(request); err != nil {
		return false, err
	}
	return c.answer(status, answer, func() string { return digest(body) })
}

// answer reads the answer to a request whose body had the digest sent.
func (c *caller) answer(status int, body string, sent func() string) (bool, error) {
	var h head
	if err := c.wire.readHead(&h); err != nil {
		return false, unexpected(err)
	}
	var sum hash.Hash
	var to io.Writer
	if c.Verify {
		sum = sha256.New()
		to = sum
	}
	n, err := c.wire.readBody(&h, to)
	switch {
	case err != nil:
		return false, err
	case h.status != status:
		return false, fmt.Errorf("answered %d, not %d", h.status, status)
	case n != int64(len(body)):
		return false, fmt.Errorf("the answer has %d bytes, not %d", n, len(body))
	case !c.Verify:
		return !h.close, nil
	}
	if err := want(digest([]byte(body)), hexSum(sum)); err != nil {
		return false, err
	}
	return !h.close, want(sent(), h.sha256[:])
}

func (c *caller) upload() (bool, error) {
	var sum hash.Hash
	first := c.speaker.uploadHead() + string(appendChunkHead(nil, len(multipartHead))) + multipartHead + "\r\n"
	if _, err := io.WriteString(c.wire, first); err != nil {
		return false, err
	}
	if c.Verify {
		sum = sha256.New()
		io.WriteString(sum, multipartHead)
	}
	if err := newNoise(c.Size, true).writeTo(c.wire, sum); err != nil {
		return false, err
	}
	last := string(appendChunkHead(nil, len(multipartTail))) + multipartTail + "\r\n0\r\n\r\n"
	if _, err := io.WriteString(c.wire, last); err != nil {
		return false, err
	}
	return c.answer(201, "201", func() string {
		io.WriteString(sum, multipartTail)
		return string(hexSum(sum))
	})
}

func (c *caller) download() (bool, error) {
	if _, err := io.WriteString(c.wire, c.speaker.download(c.Size)); err != nil {
		return false, err
	}
	var h head
	if err := c.wire.readHead(&h); err != nil {
		return false, unexpected(err)
	}
	var sum hash.Hash
	var to io.Writer
	if c.Verify {
		sum = sha256.New()
		to = sum
	}
	n, err := c.wire.readBody(&h, to)
	switch {
	case err != nil:
		return false, err
	case h.status != 200 || n != c.Size:
		return false, fmt.Errorf("answered %d with %d bytes, not 200 with %d", h.status, n, c.Size)
	case !c.Verify:
		return !h.close, nil
	}
	return !h.close, want(downloadDigest(c.Size), hexSum(sum))
}
