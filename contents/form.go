package contents

import (
	"crypto/sha256"
	"hash"
	"io"
	"mime"

	"runnertape"
)

// MaxParts is how many parts a [Form] names.
const MaxParts = 100

// Form is a multipart body.
type Form struct {
	Parts  []Part   // in order, the first MaxParts
	More   int64    // parts that are not in Parts
	Faults []string // what is wrong with it, a sentence each
}

// Part is one part of a form.
type Part struct {
	Name        string            `json:"name,omitempty"`         // of Content-Disposition: "file"; empty if it does not say
	Filename    string            `json:"filename,omitempty"`     // of Content-Disposition: "artifacts.zip"; empty if it does not say
	ContentType string            `json:"content_type,omitempty"` // empty if its head does not say
	Offset      int64             `json:"offset"`                 // byte of the body at which its content begins
	Bytes       int64             `json:"bytes"`                  // its content, in bytes
	SHA256      runnertape.Digest `json:"sha256,omitzero"`        // of its content; zero if that was not read
	BrokenOff   bool              `json:"broken_off,omitempty"`   // the body ends within it
}

// boundaryOf is the boundary of a form, by the body's content type.
func boundaryOf(contentType string, f *faults) string {
	media, params, err := mime.ParseMediaType(contentType)
	boundary := params["boundary"]
	switch {
	case err != nil || media != "multipart/form-data":
		f.add("content type %.200q is not multipart/form-data", contentType)
	case boundary == "":
		f.add("the content type names no boundary")
	case len(boundary) > maxText:
		f.add("the boundary has %d bytes; RFC 2046 allows 70", len(boundary))
	default:
		return boundary
	}
	return ""
}

// ReadForm reads a whole form with all its parts.
func ReadForm(open Open, contentType string) (*Form, error) {
	form, f := new(Form), new(faults)
	boundary := boundaryOf(contentType, f)
	if boundary == "" {
		form.Faults = *f
		return form, nil
	}
	r, err := open(0)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	err = form.read(newSplitter(r, boundary), f)
	form.Faults = *f
	return form, err
}

func (form *Form) read(s *splitter, f *faults) error {
	before, next, err := s.content(io.Discard)
	switch {
	case err != nil:
		return err
	case next == nothing:
		f.add("the boundary is not in it")
		return nil
	case before > 0:
		f.add("%d bytes before the first part", before)
	}
	for next == another {
		if next, err = form.part(s, f); err != nil {
			return err
		}
	}
	if next == nothing {
		f.add("it breaks off: the closing boundary is missing")
		return nil
	}
	after, err := s.rest()
	if after > 0 {
		f.add("%d bytes after the closing boundary", after)
	}
	return err
}

// part reads one part and what delimits it.
func (form *Form) part(s *splitter, f *faults) (next delimiter, err error) {
	kept := len(form.Parts) < MaxParts
	p, headEnds, err := s.head(f)
	if err != nil {
		return nothing, err
	}
	p.Offset = s.at
	var sum hash.Hash
	to := io.Discard
	if kept {
		sum = sha256.New()
		to = sum
	}
	if p.Bytes, next, err = s.content(to); err != nil {
		return nothing, err
	}
	p.BrokenOff = next == nothing
	if !headEnds {
		f.add("the head of part %d has no end", int64(len(form.Parts))+form.More+1)
	}
	if !kept {
		form.More++
		return next, nil
	}
	sum.Sum(p.SHA256[:0])
	form.Parts = append(form.Parts, p)
	return next, nil
}
