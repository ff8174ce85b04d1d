package main

import "io"

// streamFilter is a Writer that puts other bytes in the place of some, also where they come in pieces.
type streamFilter struct {
	w io.Writer

	// next appends to out what is to be written for the first n bytes of text, which is not empty. n is 0 if it takes
	// more text to tell, which it may not be if the text ends here.
	next func(out, text []byte, ends bool) (longer []byte, n int)

	tail string // what Close writes at the end
	held []byte // what more is needed for
	out  []byte // memory for what is written
}

// maxHeld bounds what is held back: no sequence is that long.
const maxHeld = 4 << 10

// Write implements io.Writer.
func (r *streamFilter) Write(p []byte) (int, error) {
	text := p
	if len(r.held) > 0 {
		r.held = append(r.held, p...)
		text = r.held
	}
	rest, err := r.rewrite(text, false)
	r.held = append(r.held[:0], rest...)
	return len(p), err
}

// Close writes what was held back. It does not close the Writer below.
func (r *streamFilter) Close() error {
	_, err := r.rewrite(r.held, true)
	r.held = nil
	if err == nil && r.tail != "" {
		_, err = io.WriteString(r.w, r.tail)
	}
	return err
}

func (r *streamFilter) rewrite(text []byte, ends bool) (rest []byte, err error) {
	out := r.out[:0]
	for len(text) > 0 {
		var n int
		if out, n = r.next(out, text, ends || len(text) > maxHeld); n == 0 {
			break
		}
		text = text[n:]
	}
	r.out = out
	if len(out) > 0 {
		_, err = r.w.Write(out)
	}
	return text, err
}
