package contents

import (
	"bytes"
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

// FormEnds reads the head of a form's first part and the form's end, and takes what is between for
// the content of one part, as the one that a runner sends is. The part's digest is not known.
func FormEnds(open Open, size int64, contentType string) (*Form, error) {
	form, f := new(Form), new(faults)
	boundary := boundaryOf(contentType, f)
	var err error
	if boundary != "" {
		err = form.ends(open, size, boundary, f)
	}
	form.Faults = *f
	return form, err
}

func (form *Form) ends(open Open, size int64, boundary string, f *faults) error {
	r, err := open(0)
	if err != nil {
		return err
	}
	defer r.Close()
	s := newSplitter(io.LimitReader(r, 2*windowBytes), boundary)
	_, next, err := s.content(io.Discard)
	if err != nil {
		return err
	}
	if next != another {
		f.add("it does not begin with the boundary")
		return nil
	}
	p, headEnds, err := s.head(f)
	if err != nil {
		return err
	}
	if !headEnds {
		f.add("the head of part 1 has no end")
		return nil
	}
	p.Offset = s.at
	closing := "\r\n--" + boundary + "--"
	from := max(p.Offset, size-int64(len(closing))-2)
	tail, err := readAt(open, from, len(closing)+2)
	if err != nil {
		return err
	}
	end := bytes.LastIndex(tail, []byte(closing))
	if end < 0 {
		p.BrokenOff, p.Bytes = true, max(0, size-p.Offset)
		f.add("it does not end with the closing boundary")
	} else {
		p.Bytes = from + int64(end) - p.Offset
	}
	form.Parts = []Part{p}
	return nil
}
