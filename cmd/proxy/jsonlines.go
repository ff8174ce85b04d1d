package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// jsonLines writes values as JSON, one a line, for scripts and for terminals alike.
type jsonLines struct {
	text    bytes.Buffer
	encoder *json.Encoder
}

func newJSONLines() *jsonLines {
	l := new(jsonLines)
	l.encoder = json.NewEncoder(&l.text)
	l.encoder.SetEscapeHTML(false)
	return l
}

func (l *jsonLines) write(w io.Writer, v any) error {
	l.text.Reset()
	if err := l.encoder.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(l.text.Bytes()))
	return err
}

// newJSONEscaper is escapeJSON of what is written.
func newJSONEscaper(w io.Writer) *streamFilter {
	return &streamFilter{w: w, next: func(out, text []byte, ends bool) ([]byte, int) {
		whole := len(text)
		for n := 1; !ends && n < utf8.UTFMax && n <= len(text); n++ { // a character may go on in the next piece
			if utf8.RuneStart(text[len(text)-n]) {
				if !utf8.FullRune(text[len(text)-n:]) {
					whole -= n
				}
				break
			}
		}
		return append(out, escapeJSON(text[:whole])...), whole
	}}
}

// escapeJSON escapes in JSON what could drive a terminal and encoding/json leaves as it is: DEL, C1, and what changes
// the direction. The values are the same.
func escapeJSON(text []byte) []byte {
	at := slices.IndexFunc(text, func(c byte) bool { return c >= 0x7f })
	if at < 0 {
		return text
	}
	out := append([]byte(nil), text[:at]...)
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r != '\n' && isControl(r) {
			out = fmt.Appendf(out, "\\u%04x", r)
		} else {
			out = append(out, text[at:at+size]...)
		}
		at += size
	}
	return out
}
