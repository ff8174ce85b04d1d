package contents

import (
	"bytes"
	"io"
)

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
