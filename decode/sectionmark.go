package decode

import (
	"bytes"
	"strconv"
)

// sectionMark is one of the two marks of a section:
//
//	section_start:EPOCH:NAME[collapsed=true]\r\e[0K
//	section_end:EPOCH:NAME\r\e[0K
//
// as GitLab reads them (lib/gitlab/regex.rb build_trace_section_regex), but with
// bounds, so that not much text has to be held back for what may become one.
type sectionMark struct {
	end       bool
	epoch     int64 // s since 1970
	name      string
	collapsed bool
}

// Bounds of a mark.
const (
	maxEpochDigits    = 11 // up to the year 5138
	maxSectionName    = 255
	maxSectionOptions = 255
)

var (
	sectionWord = []byte("section_")
	clearLine   = []byte("\x1b[0K") // the runner's ANSI_CLEAR
)

// readSectionMark reads the mark at the beginning of text, which n bytes are; 0 if
// there is none. It asks for more if that depends on what follows.
func readSectionMark(text []byte) (m sectionMark, n int, more bool) {
	r := markReader{rest: text}
	r.literal(sectionWord)
	if m.end = r.next() == 'e'; m.end {
		r.literal([]byte("end:"))
	} else {
		r.literal([]byte("start:"))
	}
	m.epoch, _ = strconv.ParseInt(string(r.some(maxEpochDigits, isDigit)), 10, 64)
	r.literal([]byte(":"))
	m.name = string(r.some(maxSectionName, isNameByte))
	if r.next() == '[' {
		r.literal([]byte("["))
		m.collapsed = bytes.Contains(r.some(maxSectionOptions, isOptionByte), []byte("collapsed=true"))
		r.literal([]byte("]"))
	}
	r.literal([]byte("\r"))
	if r.next() == '\n' { // since 18.7 a line of its own, that goes on with the next one
		skip, more := continued(r.rest)
		r.more = r.more || more
		r.no = r.no || skip == 0 && !more
		r.rest = r.rest[skip:]
	}
	r.literal(clearLine)
	if r.no || r.more {
		return sectionMark{}, 0, !r.no
	}
	return m, len(text) - len(r.rest), false
}

// CutSectionMark is the length of the mark of a section that text begins with; 0 if
// there is none. It asks for more text if that depends on what follows.
func CutSectionMark(text []byte) (n int, more bool) {
	_, n, more = readSectionMark(text)
	return n, more
}

// markReader takes a mark apart. What cannot be sets no, what ends too early more;
// then it reads no further.
type markReader struct {
	rest     []byte
	no, more bool
}

// next is the next byte, 0 if it is not known.
func (r *markReader) next() byte {
	if r.no || r.more {
		return 0
	}
	if len(r.rest) == 0 {
		r.more = true
		return 0
	}
	return r.rest[0]
}

func (r *markReader) literal(want []byte) {
	n := min(len(want), len(r.rest))
	switch {
	case r.no || r.more:
	case !bytes.Equal(r.rest[:n], want[:n]):
		r.no = true
	case n < len(want):
		r.more = true
	default:
		r.rest = r.rest[n:]
	}
}

// some takes bytes of one kind, from 1 up to most.
func (r *markReader) some(most int, kind func(byte) bool) []byte {
	if r.no || r.more {
		return nil
	}
	n := 0
	for n < len(r.rest) && kind(r.rest[n]) {
		n++
	}
	switch {
	case n > most, n == 0 && len(r.rest) > 0:
		r.no = true
		return nil
	case n == len(r.rest):
		r.more = true
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isNameByte(c byte) bool { return isWordByte(c) || c == '.' || c == '-' }

func isOptionByte(c byte) bool { return isWordByte(c) || c == '=' || c == ',' || c == ' ' }
