package redact

import (
	"encoding/binary"
	"slices"
)

// forms finds many byte strings in one pass. Each has at least minSecret bytes.
// Where words says that one may begin, the first eight bytes, as a number, are looked
// up in a small bit table, which nearly always says no.
type forms struct {
	words  words
	heads  [1 << 12]uint64  // a bit for each hash of eight first bytes
	byHead map[uint64][]int // eight first bytes → lengths of the strings that have them, longest first
	byText map[string]*form
	change uint64 // counts what was added and dropped
}

// form is a string that is looked for.
type form struct {
	to string    // what to put there, of the same length
	of []*secret // whose spelling it is
}

func newForms() *forms {
	return &forms{words: newWords(0), byHead: map[uint64][]int{}, byText: map[string]*form{}}
}

// hash is 18 bits of a number's Fibonacci hash.
func hash(head uint64) uint64 { return head * 0x9E3779B97F4A7C15 >> 46 }

// add takes one string to look for. The first replacement of a string stays.
func (f *forms) add(from, to string, of *secret) {
	if len(from) < minSecret || len(from) != len(to) {
		return
	}
	known := f.byText[from]
	switch {
	case known == nil:
		f.byText[from] = &form{to: to, of: []*secret{of}}
		f.index(from)
		if f.change++; f.words.full() {
			f.rebuild()
		}
	case slices.Contains(known.of, of):
		return
	default:
		known.of = append(known.of, of)
	}
	of.forms = append(of.forms, from)
}

// addValue takes a secret in its encodings. They agree in length, since a
// stand-in differs from its secret in letters and digits only.
func (f *forms) addValue(s *secret) {
	f.add(s.value, s.standIn, s)
	if isPlain(s.value) {
		return
	}
	for _, encode := range encodings {
		f.add(encode(s.value), encode(s.standIn), s)
	}
}

// drop takes back what s alone is spelled by. It is looked for until rebuild.
func (f *forms) drop(s *secret) {
	for _, text := range s.forms {
		known := f.byText[text]
		known.of = slices.DeleteFunc(known.of, func(other *secret) bool { return other == s })
		if len(known.of) == 0 {
			delete(f.byText, text)
		}
	}
}

// rebuild makes the tables anew.
func (f *forms) rebuild() {
	f.words = newWords(4 * len(f.byText))
	f.heads = [len(f.heads)]uint64{}
	f.byHead = make(map[uint64][]int, len(f.byText))
	for text := range f.byText {
		f.index(text)
	}
	f.change++
}

// index puts a string into the tables.
func (f *forms) index(text string) {
	f.words.add(text)
	head := binary.LittleEndian.Uint64([]byte(text[:8]))
	f.heads[hash(head)>>6] |= 1 << (hash(head) & 63)
	lengths := f.byHead[head]
	if at, found := slices.BinarySearchFunc(lengths, len(text), func(a, b int) int { return b - a }); !found {
		f.byHead[head] = slices.Insert(lengths, at, len(text))
	}
}

// next is the first place in p, from i on, where a string or a token may begin,
// or else the first that has fewer than minSecret bytes behind it.
func (f *forms) next(p []byte, i int) int {
	for at := i; len(p)-i >= minSecret; at += wordGroup {
		at = f.words.next(p, at)
		i = max(i, at-3)
		for last := min(at+wordGroup-4, len(p)-minSecret); i <= last; i++ {
			head := binary.LittleEndian.Uint64(p[i:])
			h := hash(head)
			if f.heads[h>>6]&(1<<(h&63)) != 0 || mayBeToken(uint16(head)) {
				return i
			}
		}
	}
	return i
}

// at is what replaces the longest string that p, of at least minSecret bytes,
// begins with, or nil. More tells that p may begin one that is longer than p.
func (f *forms) at(p []byte) (found *form, more bool) {
	for _, n := range f.byHead[binary.LittleEndian.Uint64(p)] {
		if n > len(p) {
			more = true
		} else if found = f.byText[string(p[:n])]; found != nil {
			break
		}
	}
	return found, more
}
