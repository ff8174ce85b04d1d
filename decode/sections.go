package decode

import (
	"bytes"
	"strings"
	"time"
)

// Bounds of what is kept of sections.
const (
	maxSections = 1000
	maxHeader   = 200 // bytes of the text of one
)

// sections finds the sections of a trace that is written to it in pieces.
type sections struct {
	list []Section
	open []int // of list, the outermost first

	buffer  []byte // what was held back, and the piece that came last
	text    []byte // the end of buffer, not looked at yet
	at      int64  // offset of text in the trace
	heading bool   // the text of the last section is being read
	header  []byte // of it, so far
}

// write takes the next piece.
func (s *sections) write(p []byte) {
	held := copy(s.buffer, s.text)
	s.buffer = append(s.buffer[:held], p...)
	s.text = s.buffer
	for s.step(false) {
	}
}

// skip says that the trace goes on at an offset, and bytes before it are missing,
// or that it is over.
func (s *sections) skip(to int64) {
	for s.step(true) {
	}
	s.endHeader()
	s.text, s.at = nil, to
}

// step looks at some of the text, and is false if it needs more.
func (s *sections) step(final bool) bool {
	if len(s.text) == 0 {
		return false
	}
	if s.heading {
		return s.readHeader(final)
	}
	i := bytes.Index(s.text, sectionWord)
	if i < 0 {
		keep := min(len(s.text), len(sectionWord)-1)
		s.take(len(s.text) - keep)
		return false
	}
	s.take(i)
	m, n, more := readSectionMark(s.text)
	if more && !final {
		return false
	}
	if n > 0 {
		s.mark(m, s.at, int64(n))
	}
	s.take(max(n, 1))
	return true
}

func (s *sections) take(n int) {
	s.text = s.text[n:]
	s.at += int64(n)
}

func (s *sections) mark(m sectionMark, at, bytes int64) {
	when := time.Unix(m.epoch, 0).UTC()
	if !m.end {
		if len(s.list) < maxSections {
			s.open = append(s.open, len(s.list))
			s.list = append(s.list, Section{Name: m.name, Offset: at, Depth: len(s.open) - 1, Began: when, Collapsed: m.collapsed})
			s.heading = true
		}
		return
	}
	for i := len(s.open) - 1; i >= 0; i-- {
		if section := &s.list[s.open[i]]; section.Name == m.name {
			section.Ended, section.Bytes = when, at+bytes-section.Offset
			s.open = s.open[:i] // those in it that have no end are over
			return
		}
	}
}

// readHeader reads on in the line that a section begins with.
func (s *sections) readHeader(final bool) bool {
	n, more := 1, false
	switch c := s.text[0]; {
	case c == '\n':
		if n, more = continued(s.text); n == 0 && !(more && !final) {
			s.endHeader()
			return true
		}
	case c == 0x1b:
		n, more = controlSequence(s.text)
	case c == 's':
		_, mark, wants := readSectionMark(s.text)
		if more = wants; mark > 0 {
			s.endHeader()
			return true
		}
		s.header = append(s.header, 's')
	case c >= ' ' && c != 0x7f:
		s.header = append(s.header, c)
	}
	if more && !final {
		if s.text[0] == 's' {
			s.header = s.header[:len(s.header)-1] // it is read again
		}
		return false
	}
	s.take(max(n, 1))
	if len(s.header) > maxHeader {
		s.endHeader()
	}
	return true
}

func (s *sections) endHeader() {
	if s.heading {
		s.list[len(s.list)-1].Header = strings.TrimSpace(clean(string(s.header), maxHeader))
	}
	s.heading, s.header = false, s.header[:0]
}

// controlSequence is the length of the sequence that text begins with (ECMA-48 §5.4).
func controlSequence(text []byte) (n int, more bool) {
	for i := 1; i < 40; i++ {
		switch {
		case i == len(text):
			return 0, true
		case i == 1 && text[i] != '[':
			return 2, false
		case i > 1 && text[i] >= 0x40:
			return i + 1, false
		}
	}
	return 1, false // too long for one
}
