package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// What is shown of a body, unless with --full.
const (
	shownLines    = 40
	shownBytes    = 4 << 10
	shownHexBytes = 256
)

// text shows lines; total is how many bytes there are, or -1.
func (t *teller) text(w io.Writer, in io.Reader, total int64) error {
	lines := &indenter{w: w, columns: t.screen.width}
	if t.full {
		lines.columns = 0
	}
	escaped := newEscaper(lines)
	if t.full {
		_, err := io.Copy(escaped, in)
		return errors.Join(escaped.Close(), lines.end(), err)
	}
	head, err := firstBytes(in, shownBytes)
	first := firstLines(head)
	_, writeErr := escaped.Write(first)
	err = errors.Join(writeErr, escaped.Close(), lines.end(), err)
	if err != nil {
		return err
	}
	return t.left(w, in, total, len(first), len(head))
}

// hex shows bytes. Where there are less than 80 columns the text beside them is cut.
func (t *teller) hex(w io.Writer, in io.Reader, total int64) error {
	dumper := hex.Dumper(&indenter{w: w, columns: t.screen.width})
	if t.full {
		_, err := io.Copy(dumper, in)
		return errors.Join(dumper.Close(), err)
	}
	head, err := firstBytes(in, shownHexBytes)
	_, writeErr := dumper.Write(head)
	if err = errors.Join(writeErr, dumper.Close(), err); err != nil {
		return err
	}
	return t.left(w, in, total, len(head), len(head))
}

// left says how much is not shown of what has total bytes; if that is not known it reads on to find out.
func (t *teller) left(w io.Writer, in io.Reader, total int64, shown, read int) error {
	if total < 0 {
		rest, err := io.Copy(io.Discard, in)
		if err != nil {
			return err
		}
		total = int64(read) + rest
	}
	if total <= int64(shown) {
		return nil
	}
	text := fmt.Sprintf("… %s more; --full shows all", byteSize(total-int64(shown)))
	_, err := fmt.Fprintf(w, "%s%s\n", detail, t.screen.paint(dim, text))
	return err
}

// firstBytes reads up to n bytes. It is no error if there are less.
func firstBytes(in io.Reader, n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := io.ReadFull(in, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF { // ReadFull's own
		err = nil
	}
	return head[:n], err
}

// firstLines are as many lines as are shown.
func firstLines(text []byte) []byte {
	end := 0
	for range shownLines {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			return text
		}
		end += next + 1
	}
	return text[:end]
}
