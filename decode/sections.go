package decode

import (
	"bytes"
	"strings"
	"time"
)

// Bounds of what is kept of sections.
const (
	maxSections   = 1000
	maxHeader     = 200     // bytes of the text of one
	maxHeaderLine = 1 << 10 // bytes that are looked at for it
)

// sections finds the sections of a trace that is written to it in pieces.
type sections struct {
	list []Section
	open []int // of list, the outermost first

	buffer  []byte // what was held back, and the piece that came last
	text    []byte // the end of buffer, not looked at yet
	at      int64  // offset of text in the trace
	heading bool   // the line that the last section begins with goes on
	header  []byte // of it, so far
}

// write takes the next piece.
func (s *sections) write(p []byte) {
	held := copy(s.buffer, s.text)
	s.buffer = append(s.buffer[:held], p...)
	s.text = s.buffer
	s.scan(false)
}

// skip says that the trace goes on at an offset, and bytes before it are missing,
// or that it is over.
func (s *sections) skip(to int64) {
	s.scan(true)
	s.take(len(s.text))
	s.endHeader()
	s.at = to
}

// scan looks for marks, up to where it needs more text.
func (s *sections) scan(final bool) {
	for {
		i := bytes.Index(s.text, sectionWord)
		if i < 0 {
			s.take(max(0, len(s.text)-len(sectionWord)+1))
			return
		}
		s.take(i)
		m, n, more := readSectionMark(s.text)
		switch {
		case more && !final:
			return
		case n == 0:
			s.take(1)
		default:
			s.endHeader()
			s.mark(m, s.at, int64(n))
			s.text, s.at = s.text[n:], s.at+int64(n)
		}
	}
}

// take goes over text that is no mark.
func (s *sections) take(n int) {
	if s.heading {
		s.readHeader(s.text[:n])
	}
	s.text, s.at = s.text[n:], s.at+int64(n)
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
func (s *sections) readHeader(p []byte) {
	s.header = append(s.header, p[:min(len(p), maxHeaderLine-len(s.header))]...)
	switch end := lineEnd(s.header); {
	case end >= 0:
		s.header = s.header[:end]
		s.endHeader()
	case len(s.header) == maxHeaderLine:
		s.endHeader()
	}
}

func (s *sections) endHeader() {
	if s.heading {
		s.list[len(s.list)-1].Header = clean(strings.TrimSpace(string(plainLine(s.header))), maxHeader)
	}
	s.heading, s.header = false, s.header[:0]
}
