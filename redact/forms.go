package redact

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// forms finds many byte strings in one pass. Each has at least minSecret bytes.
// Where words says that one may begin, the first eight bytes, as a number, are looked
// up in a small bit table, which nearly always says no.
type forms struct {
	words  words
	heads  []uint64         // a bit for each hash of eight first bytes
	byHead map[uint64]int   // eight first bytes → length of the string that has them; if there are several, ^index of lengths
	many   [][]int          // lengths of strings with the same first bytes, longest first
	byText map[uint64]*form // hash of the whole string → first form
	seed   maphash.Seed
	marks  marks
	change uint64 // counts what was added and dropped
}

func newForms(cues []cue) *forms {
	f := &forms{byHead: map[uint64]int{}, byText: map[uint64]*form{}, seed: maphash.MakeSeed(), marks: newMarks(cues)}
	f.clear()
	return f
}

// clear makes the tables for what is in byText, which is not in them yet.
func (f *forms) clear() {
	f.words = newWords(4*len(f.byText), f.marks.words)
	f.heads = make([]uint64, len(f.words.table)/64)
}

// headHash makes a Fibonacci hash of the first bytes of a string, as a number.
const headHash = 0x9E3779B97F4A7C15

// hash is as many of the upper bits of that as heads takes.
func (f *forms) hash(head uint64) uint64 {
	return head * headHash >> (32 + f.words.shift&31)
}

// add takes a form of s, of which way and piece are given, with its text. It is false if the text is too short, or one of s already.
func (f *forms) add(s *secret, one form, text string) bool {
	if len(text) < minSecret {
		return false
	}
	at := maphash.String(f.seed, text)
	last := f.byText[at]
	for m := last; m != nil; m = m.same {
		if from, _ := m.texts(); m.of == s && from == text {
			return false
		}
		last = m
	}
	added := &form{of: s, also: s.forms, way: one.way, piece: one.piece}
	s.forms, s.spelled = added, s.spelled+1
	if last != nil { // the first replacement of a string stays
		last.same = added
		return true
	}
	f.byText[at] = added
	f.index(text)
	if f.change++; f.words.full() {
		f.rebuild()
	}
	return true
}

// drop takes back the forms of s. What they alone spell is looked for until rebuild.
func (f *forms) drop(s *secret) {
	for one := s.forms; one != nil; one = one.also {
		from, _ := one.texts()
		at := maphash.String(f.seed, from)
		first := f.byText[at]
		for m := &first; *m != nil; m = &(*m).same {
			if *m == one {
				*m = one.same
				break
			}
		}
		if f.byText[at] = first; first == nil {
			delete(f.byText, at)
		}
	}
	s.forms, s.spelled, s.own = nil, 0, nil
}

// rebuild makes the tables anew.
func (f *forms) rebuild() {
	f.clear()
	f.byHead, f.many = make(map[uint64]int, len(f.byText)), nil
	for _, one := range f.byText {
		for m := one; m != nil; m = m.same {
			from, _ := m.texts()
			f.index(from)
		}
	}
	f.change++
}

// index puts a string into the tables.
func (f *forms) index(text string) {
	f.words.add(text)
	head := binary.LittleEndian.Uint64([]byte(text[:8]))
	h := f.hash(head)
	f.heads[h>>6] |= 1 << (h & 63)
	n := f.byHead[head]
	switch {
	case n == 0:
		f.byHead[head] = len(text)
	case n > 0 && n != len(text):
		f.many = append(f.many, []int{max(n, len(text)), min(n, len(text))})
		f.byHead[head] = ^(len(f.many) - 1)
	case n < 0:
		lengths := f.many[^n]
		if at, found := slices.BinarySearchFunc(lengths, len(text), func(a, b int) int { return b - a }); !found {
			f.many[^n] = slices.Insert(lengths, at, len(text))
		}
	}
}

// next is the first place in p, from i on, where a string, a token or a cue may begin,
// or else the first that has fewer than minSecret bytes behind it.
func (f *forms) next(p []byte, i int) int {
	for at := i; ; at += wordGroup {
		at = f.words.next(p, at)
		if len(p)-at < wordGroup {
			for i = max(i, min(at-3, len(p)-minSecret+1)); len(p)-i >= minSecret && !f.mayBegin(p[i:]); i++ {
			}
			return i
		}
		for word := at; word < at+wordGroup; word += wordSize {
			if !f.words.has(p[word:]) {
				continue
			}
			for i = max(i, word-3); i <= min(word+2, len(p)-minSecret); i++ {
				if f.mayBegin(p[i:]) {
					return i
				}
			}
		}
	}
}

// mayBegin tells of p, of at least minSecret bytes, whether it may begin with what next looks for.
func (f *forms) mayBegin(p []byte) bool {
	head := binary.LittleEndian.Uint64(p)
	h := f.hash(head)
	return f.heads[h>>6]>>(h&63)&1 != 0 || f.marks.all.has(uint16(head)) && f.marks.mayBegin(head)
}

// at is the longest string that p, of at least minSecret bytes, begins with, and what
// replaces it. More tells that p may begin one that is longer than p, or one beside
// which the next byte has to be seen.
func (f *forms) at(p []byte) (found *form, to string, more bool) {
	n := f.byHead[binary.LittleEndian.Uint64(p)]
	if n == 0 {
		return nil, "", false
	}
	one := [1]int{n}
	lengths := one[:]
	if n < 0 {
		lengths = f.many[^n]
	}
	for _, n := range lengths {
		if n > len(p) {
			more = true
			continue
		}
		if found, to = f.find(p[:n]); found != nil {
			return found, to, more || n == len(p) && found.isBase64()
		}
	}
	return nil, "", more
}

// find is the first form with that text.
func (f *forms) find(text []byte) (found *form, to string) {
	for m := f.byText[maphash.Bytes(f.seed, text)]; m != nil; m = m.same {
		if from, to := m.texts(); from == string(text) {
			return m, to
		}
	}
	return nil, ""
}
