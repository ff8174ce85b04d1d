package redact

import (
	"bytes"
	"strings"
)

// Originals knows the stand-ins of a recording, and tells by its key of a value that it is what one of them stands for:
// nothing else in the recording says what was in an archive that was kept as it is.
type Originals struct {
	make     maker
	standIns map[string]string // and what declared them
	shapes   map[string]bool   // of all stand-ins, and so of what they stand for
}

// Originals is of what r has learned so far.
func (r *Redactor) Originals() *Originals {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &Originals{make: r.make, standIns: map[string]string{}, shapes: map[string]bool{}}
	for standIn, s := range r.standIns {
		if s.value == standIn {
			o.standIns[standIn] = s.name
			o.shapes[string(shapeOf(nil, []byte(standIn)))] = true
		}
	}
	return o
}

// shapeOf is what a secret and its stand-in have in common, appended to room.
func shapeOf(room, value []byte) []byte {
	for _, c := range value {
		if letters := alphabet(c); letters != "" {
			c = letters[0]
		}
		room = append(room, c)
	}
	return room
}

// OriginalStream looks for the originals in one text that is given in pieces. Each must be a word, or what a sign
// as in NAME=VALUE or user:password@host takes out of one.
type OriginalStream struct {
	of    *Originals
	found func(Leak)
	text  []byte // of which the last word may go on
	at    int    // of text in all of it
	shape []byte
}

// NewStream begins a text. The function is told of each leak.
func (o *Originals) NewStream(found func(Leak)) *OriginalStream {
	return &OriginalStream{of: o, found: found}
}

const (
	wordEnds  = " \t\r\n\x00\"'`<>()[]{},;|&\\"
	wordSigns = "=:@/"
)

// Write takes the next piece. It never fails.
func (s *OriginalStream) Write(p []byte) (int, error) {
	s.text = append(s.text, p...)
	end := bytes.LastIndexAny(s.text, wordEnds) + 1
	if end == 0 && len(s.text) > maxCredential {
		end = len(s.text) // a word that long is none that is looked at
	}
	s.words(s.text[:end])
	s.at += end
	s.text = s.text[:copy(s.text, s.text[end:])]
	return len(p), nil
}

// End tells that the text is over.
func (s *OriginalStream) End() { s.words(s.text) }

func (s *OriginalStream) words(text []byte) {
	if len(s.of.shapes) == 0 {
		return
	}
	for at := 0; at < len(text); {
		n := bytes.IndexAny(text[at:], wordEnds)
		if n < 0 {
			n = len(text) - at
		}
		if n >= minSecret && n <= maxCredential {
			s.word(text[at:at+n], s.at+at)
		}
		at += n + 1
	}
}

// word looks at a word and at its parts between signs.
func (s *OriginalStream) word(word []byte, at int) {
	for from, starts := 0, 0; starts < maxParts && len(word)-from >= minSecret; starts++ {
		for end, ends := len(word), 0; ends < maxParts && end-from >= minSecret; ends++ {
			s.shape = shapeOf(s.shape[:0], word[from:end])
			if s.of.shapes[string(s.shape)] && s.is(word, from, end, at) {
				return
			}
			end = from + bytes.LastIndexAny(word[from:end], wordSigns)
		}
		next := bytes.IndexAny(word[from:], wordSigns)
		if next < 0 {
			return
		}
		from += next + 1
	}
}

func (s *OriginalStream) is(word []byte, from, end, at int) bool {
	value := string(word[from:end])
	name, is := s.of.standIns[s.of.make.make(value, 0)]
	if is {
		if name == "" {
			name = nameBefore(word[:from])
		}
		s.found(Leak{Kind: kindOfLeak(value, nil), At: at + from, Len: len(value), Where: name, Value: strings.Clone(value)})
	}
	return is
}
