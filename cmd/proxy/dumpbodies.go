package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"runnertape"
	"runnertape/decode"
)

// body writes a body below its exchange: JSON with line ends, text as it is, everything else in hex.
func (t *teller) body(w io.Writer, x *runnertape.Exchange, side runnertape.Side) error {
	if _, body := sideOf(x, side); body != nil && body.Dropped() {
		t.b.Reset()
		t.say("! ", red, side.String()+" body: "+whyDropped(body))
		_, err := w.Write(t.b.Bytes())
		return err
	}
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
	total := int64(-1) // not known
	if _, body := sideOf(x, side); x.State == runnertape.Done && !c.unpacked {
		total = body.Stored
	}
	switch {
	case looksLikeJSON(sample):
		text, err := io.ReadAll(io.LimitReader(in, decode.MaxMessage))
		var pretty bytes.Buffer
		kind, show = "text", t.text
		if err == nil && json.Indent(&pretty, text, "", "  ") == nil {
			kind, text, total = "JSON", pretty.Bytes(), int64(pretty.Len())
		}
		in = bufio.NewReader(io.MultiReader(bytes.NewReader(text), c))
	case isText(sample):
		kind, show = "text", t.text
	}
	if err := t.bodyLine(w, x, side, kind, c.unpacked); err != nil {
		return err
	}
	err = show(w, in, total)
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
