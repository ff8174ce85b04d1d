package main

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

const escape = 0x1b

// newTerminalWriter writes to a terminal what must not drive it. Of control sequences colours (SGR) and erasing in the
// line (EL) pass, which logs have, and carriage returns; everything else is shown escaped. Colours end with Close.
func newTerminalWriter(w io.Writer) *streamFilter {
	return &streamFilter{w: w, tail: "\x1b[0m", next: func(out, text []byte, ends bool) ([]byte, int) {
		if text[0] == escape {
			n, more := cutHarmless(text)
			if n > 0 {
				return append(out, text[:n]...), n
			}
			if more && !ends {
				return out, 0
			}
		}
		return nextPrintable(out, text, ends, "\n\t\r")
	}}
}

// newEscaper writes text of which nothing but line ends and tabs controls anything.
func newEscaper(w io.Writer) *streamFilter {
	return &streamFilter{w: w, next: func(out, text []byte, ends bool) ([]byte, int) {
		return nextPrintable(out, text, ends, "\n\t")
	}}
}

// nextPrintable passes on what is printable or among passes, and escapes one character that is neither.
func nextPrintable(out, text []byte, ends bool, passes string) ([]byte, int) {
	n := 0
	for n < len(text) && (text[n] >= ' ' && text[n] < 0x7f || bytes.IndexByte([]byte(passes), text[n]) >= 0) {
		n++
	}
	if n > 0 {
		return append(out, text[:n]...), n
	}
	if !ends && !utf8.FullRune(text) {
		return out, 0
	}
	r, size := utf8.DecodeRune(text)
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Appendf(out, `\x%02x`, text[0]), 1
	case isControl(r):
		q := fmt.Sprintf("%q", r)
		return append(out, q[1:len(q)-1]...), size
	}
	return append(out, text[:size]...), size
}

// cutHarmless is the length of a sequence SGR or EL that text begins with (ECMA-48 §8.3.117, §8.3.41); 0 if there is none, or
// none yet.
func cutHarmless(text []byte) (n int, more bool) {
	i := 1
	if i < len(text) && text[i] != '[' {
		return 0, false
	}
	for i++; i < len(text) && (text[i] >= '0' && text[i] <= ';') && i < 64; i++ {
	}
	if i >= len(text) {
		return 0, true
	}
	if text[i] == 'm' || text[i] == 'K' {
		return i + 1, false
	}
	return 0, false
}

// isText tells whether a sample of something is text: UTF-8 without control characters but those of logs. The sample
// may end within a character.
func isText(sample []byte) bool {
	for len(sample) > 0 {
		if !utf8.FullRune(sample) {
			return true
		}
		r, size := utf8.DecodeRune(sample)
		if r == utf8.RuneError && size == 1 || r < ' ' && bytes.IndexByte([]byte("\n\t\r\f\b\x1b"), byte(r)) < 0 {
			return false
		}
		sample = sample[size:]
	}
	return true
}
