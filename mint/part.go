package mint

import (
	"bytes"
	"crypto/sha256"
	"io"

	"runnertape"
	"runnertape/decode"
)

// part is an exchange with its bodies; nil for none.
type part struct {
	x                 *runnertape.Exchange
	request, response opener
}

// open opens the body of one side.
func (p *part) open(side runnertape.Side) (io.ReadCloser, error) {
	open := p.request
	if side == runnertape.ResponseSide {
		open = p.response
	}
	if open == nil {
		open = content(nil)
	}
	return open()
}

// isGit tells whether it is git's, of that project.
func (p part) isGit(project string) bool {
	call := decode.Classify(p.x.Request.Method, p.x.Request.Path())
	return call.Endpoint == decode.Git && call.Project == project
}

// opener opens a body.
type opener func() (io.ReadCloser, error)

func content(b []byte) opener {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// bodyOf describes a body with that content and Content-Length.
func bodyOf(b []byte) runnertape.Body {
	n := int64(len(b))
	return runnertape.Body{Framing: runnertape.Length, Declared: n, Bytes: n, Stored: n, SHA256: sha256.Sum256(b)}
}

// chunkedOf describes a body with that content, in chunks.
func chunkedOf(open opener) (runnertape.Body, error) {
	r, err := open()
	if err != nil {
		return runnertape.Body{}, err
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	b := runnertape.Body{Framing: runnertape.Chunked, Bytes: n, Stored: n}
	sum.Sum(b.SHA256[:0])
	return b, err
}

// header is fields, given as names and values in turn.
func header(pairs ...string) runnertape.Header {
	var h runnertape.Header
	for i := 0; i < len(pairs); i += 2 {
		h = append(h, runnertape.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return h
}
