package redact

import (
	"encoding/binary"
	"slices"
)

// forms finds many byte strings in one pass. Each has at least minSecret bytes.
// At every position the first eight bytes, as a number, are looked up in a small
// bit table, which nearly always says no. It has room for some ten thousand
// strings; with more it says yes too often, and only time is lost.
type forms struct {
	filter [1 << 12]uint64   // a bit for each hash of eight first bytes
	byHead map[uint64][]int  // eight first bytes → lengths of the strings that have them, longest first
	to     map[string]string // string → what to put there, of the same length
}

func newForms() *forms {
	return &forms{byHead: map[uint64][]int{}, to: map[string]string{}}
}

// hash is 18 bits of a number's Fibonacci hash.
func hash(head uint64) uint64 { return head * 0x9E3779B97F4A7C15 >> 46 }

// add takes one string to look for. The first replacement of a string stays.
func (f *forms) add(from, to string) {
	if len(from) < minSecret || len(from) != len(to) || f.to[from] != "" {
		return
	}
	f.to[from] = to
	head := binary.LittleEndian.Uint64([]byte(from))
	f.filter[hash(head)>>6] |= 1 << (hash(head) & 63)
	lengths := f.byHead[head]
	if at, found := slices.BinarySearchFunc(lengths, len(from), func(a, b int) int { return b - a }); !found {
		f.byHead[head] = slices.Insert(lengths, at, len(from))
	}
}

// addValue takes a secret in its encodings. They agree in length, since a
// stand-in differs from its secret in letters and digits only.
func (f *forms) addValue(secret, standIn string) {
	f.add(secret, standIn)
	for _, encode := range encodings {
		f.add(encode(secret), encode(standIn))
	}
}

// next is the first place in p, from i on, where a string or a token may begin,
// or else the first that has fewer than minSecret bytes behind it. All the time that
// redaction takes of a large body is spent here.
func (f *forms) next(p []byte, i int) int {
	for ; len(p)-i >= minSecret; i++ {
		head := binary.LittleEndian.Uint64(p[i:])
		h := hash(head)
		if f.filter[h>>6]&(1<<(h&63)) != 0 || mayBeToken(uint16(head)) {
			break
		}
	}
	return i
}

// at is what replaces the longest string that p, of at least minSecret bytes,
// begins with, or "". More tells that p may begin one that is longer than p.
func (f *forms) at(p []byte) (to string, more bool) {
	for _, n := range f.byHead[binary.LittleEndian.Uint64(p)] {
		if n > len(p) {
			more = true
		} else if to = f.to[string(p[:n])]; to != "" {
			break
		}
	}
	return to, more
}
