package main

import (
	"io"
	"unicode/utf8"
)

// indenter writes lines below an exchange. It is given whole characters, all of them printable.
type indenter struct {
	w       io.Writer
	columns int // lines are cut there; 0 for no bound
	at      int // columns of the line that have been written; 0 before its first character
	out     []byte
}

// Write implements io.Writer.
func (i *indenter) Write(p []byte) (int, error) {
	i.out = i.out[:0]
	for rest := p; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		i.rune(r, rest[:size])
		rest = rest[size:]
	}
	_, err := i.w.Write(i.out)
	return len(p), err
}

func (i *indenter) rune(r rune, text []byte) {
	if i.at == 0 {
		i.out = append(i.out, detail...)
		i.at = len(detail)
	}
	width := runeWidth(r)
	switch {
	case r == '\n':
		i.out = append(i.out, '\n')
		i.at = 0
		return
	case r == '\t': // of whose columns the terminal decides
		text, width = []byte("    "), 4
	}
	switch room := i.columns - i.at; {
	case i.columns == 0 || room > width:
		i.out = append(i.out, text...)
	case room > 0:
		i.out = append(i.out, "…"...)
		width = room
	}
	i.at += width
}

// end ends the last line, if that has no end of its own.
func (i *indenter) end() error {
	if i.at == 0 {
		return nil
	}
	i.at = 0
	_, err := i.w.Write([]byte("\n"))
	return err
}
