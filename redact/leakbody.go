package redact

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
)

// BodyLeaks are the leaks of a body of x, which is read to its end. JSON is looked at string by string, what is
// packed with gzip is unpacked: then the places are those of what was packed, and unpacked is true. A body that
// cannot be unpacked is looked at as it is.
func (r *Redactor) BodyLeaks(x *runnertape.Exchange, side runnertape.Side, body io.Reader, found func(Leak)) (unpacked bool, err error) {
	header := x.Request.Header
	if side == runnertape.ResponseSide {
		if x.Response == nil {
			header = nil
		} else {
			header = x.Response.Header
		}
	}
	p := part{}
	p.init(decode.Classify(x.Request.Method, x.Request.Path()).Endpoint, side)
	p.headCame(header)
	var head []byte
	if p.json || p.packed {
		head, err = io.ReadAll(io.LimitReader(body, decode.MaxMessage+1))
		if err != nil {
			return false, err
		}
		if len(head) <= decode.MaxMessage {
			if plain, err := decode.Plain(header, head, decode.MaxMessage); err == nil {
				for _, l := range r.leaksOf(plain, p.json) {
					found(l)
				}
				return p.packed, nil
			}
		}
	}
	s := r.NewLeakStream(found)
	s.stream.text.git = isGit(p.contentType)
	if !p.packed || header.ContentCoding() != "gzip" {
		s.Write(head)
		_, err = io.Copy(s, body)
		s.End()
		return false, err
	}
	return true, s.gzip(io.MultiReader(bytes.NewReader(head), body))
}

func (r *Redactor) leaksOf(plain []byte, isJSON bool) []Leak {
	if isJSON {
		return r.jsonLeaks(plain)
	}
	return r.Leaks(plain)
}

// gzip looks into packed text, as far as it can be unpacked.
func (s *LeakStream) gzip(packed io.Reader) error {
	source := &faulty{r: packed}
	if z, err := gzip.NewReader(source); err == nil {
		io.Copy(s, z) // what is wrong with it is nothing here; what is wrong with reading is in source
	}
	s.End()
	if source.err != nil {
		return fmt.Errorf("read packed body: %w", source.err)
	}
	return nil
}

// faulty remembers why reading failed.
type faulty struct {
	r   io.Reader
	err error // nil at the end
}

func (f *faulty) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
