package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
)

// What is shown of a body, unless with --full.
const (
	shownLines    = 40
	shownBytes    = 4 << 10
	shownHexBytes = 256
)

// body writes a body below its exchange: JSON with line ends, text as it is, everything else in hex.
func (t *teller) body(w io.Writer, x *runnertape.Exchange, side runnertape.Side) error {
	c, err := openContent(t.d.src, x, side)
	if err != nil || c == nil {
		return err
	}
	defer c.Close()
	in := bufio.NewReaderSize(c, 2*sampleBytes)
	sample, err := in.Peek(sampleBytes)
	if len(sample) == 0 && errors.Is(err, io.EOF) {
		return nil
	}
	kind, show := "binary", t.hex
	switch {
	case looksLikeJSON(sample):
		text, err := io.ReadAll(io.LimitReader(in, decode.MaxMessage))
		var pretty bytes.Buffer
		kind, show = "text", t.text
		if err == nil && json.Indent(&pretty, text, "", "  ") == nil {
			kind, text = "JSON", pretty.Bytes()
		}
		in = bufio.NewReader(io.MultiReader(bytes.NewReader(text), c))
	case isText(sample):
		kind, show = "text", t.text
	}
	if err := t.bodyLine(w, x, side, kind, c.unpacked); err != nil {
		return err
	}
	err = show(w, in)
	if errors.Is(err, errUnpack) {
		t.b.Reset()
		t.say("! ", red, err.Error())
		_, err = w.Write(t.b.Bytes())
	}
	return err
}

// looksLikeJSON tells it by the first character.
func looksLikeJSON(sample []byte) bool {
	sample = bytes.TrimLeft(sample, " \t\r\n")
	return len(sample) > 0 && (sample[0] == '{' || sample[0] == '[')
}

// bodyLine says what follows, and what of it is not as it passed.
func (t *teller) bodyLine(w io.Writer, x *runnertape.Exchange, side runnertape.Side, kind string, unpacked bool) error {
	_, body := sideOf(x, side)
	text := fmt.Sprintf("%s body, %s, %s", side, byteSize(body.Bytes), kind)
	if unpacked {
		text += ", unpacked from gzip"
	}
	if body.Truncated {
		text += ", broken off"
	}
	if body.Rewritten {
		text += fmt.Sprintf(", packed again by redaction to %s", byteSize(body.Stored))
	}
	sign := askedSign
	if side == runnertape.ResponseSide {
		sign = answeredSign
	}
	t.b.Reset()
	t.say(sign, bold, text)
	_, err := w.Write(t.b.Bytes())
	return err
}

func (t *teller) text(w io.Writer, in io.Reader) error {
	lines := &indenter{w: w, columns: t.screen.width}
	if t.full {
		lines.columns = 0
	}
	shown := newEscaper(lines)
	var left int64
	var err error
	if t.full {
		_, err = io.Copy(shown, in)
	} else {
		left, err = copyLines(shown, in)
	}
	return errors.Join(shown.Close(), lines.end(), t.left(w, left), err)
}

func (t *teller) hex(w io.Writer, in io.Reader) error {
	dumper := hex.Dumper(&indenter{w: w, columns: t.screen.width}) // narrower than 80 the text beside it is cut
	if t.full {
		_, err := io.Copy(dumper, in)
		return errors.Join(dumper.Close(), err)
	}
	_, err := io.CopyN(dumper, in, shownHexBytes)
	if errors.Is(err, io.EOF) {
		return dumper.Close()
	}
	var left int64
	if err == nil {
		left, err = io.Copy(io.Discard, in)
	}
	return errors.Join(dumper.Close(), t.left(w, left), err)
}

// left says how much is not shown.
func (t *teller) left(w io.Writer, bytes int64) error {
	if bytes == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "%s%s\n", detail, t.screen.paint(dim, fmt.Sprintf("… %s more; --full shows all", byteSize(bytes))))
	return err
}

// copyLines copies the first lines, and tells how many bytes it did not copy.
func copyLines(w io.Writer, in io.Reader) (left int64, err error) {
	head := make([]byte, shownBytes)
	n, err := io.ReadFull(in, head)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	end := 0
	for range shownLines {
		next := bytes.IndexByte(head[end:n], '\n')
		if next < 0 {
			end = n
			break
		}
		end += next + 1
	}
	_, writeErr := w.Write(head[:end])
	left = int64(n - end)
	if err == nil && writeErr == nil {
		var rest int64
		rest, err = io.Copy(io.Discard, in)
		left += rest
	}
	return left, errors.Join(err, writeErr)
}
