package redact

import (
	"encoding/binary"
	"slices"
	"sync"
)

// words tells of four bytes of a text whether a string that is looked for may
// begin with them or up to three bytes before. A string of seven bytes or more has
// all of the word that begins at the first, second, third or fourth of its bytes,
// so that of a text only every fourth place need be looked at. (A shift table as of
// Wu and Manber skips further, but each step waits for the one before.)
type words struct {
	bits  []uint64 // one for each hash of a word, a power of two
	shift uint32   // of a hash
	count int      // bits that are set
}

// bitsPerWord keeps false alarms to one word in so many; minWordBits and
// maxWordBits bound what is spent on it. Beyond, only time is lost.
const (
	bitsPerWord = 64
	minWordBits = 20
	maxWordBits = 22
)

// newWords has room for that many words, and knows the tokens' prefixes.
func newWords(count int) words {
	size := minWordBits
	for size < maxWordBits && 1<<size < bitsPerWord*(count+len(tokenWords())) {
		size++
	}
	w := words{bits: make([]uint64, 1<<size/64), shift: uint32(32 - size)}
	for _, word := range tokenWords() {
		w.addWord(word)
	}
	return w
}

// full tells that it is worth making a larger one.
func (w *words) full() bool {
	return bitsPerWord*w.count > 64*len(w.bits) && len(w.bits) < 1<<maxWordBits/64
}

// wordHash makes a Fibonacci hash of a word.
const wordHash = 0x9E3779B1

// add takes the beginning of a string.
func (w *words) add(s string) {
	for i := range 4 {
		w.addWord(binary.LittleEndian.Uint32([]byte(s[i : i+4])))
	}
}

func (w *words) addWord(word uint32) {
	h := word * wordHash >> (w.shift & 31)
	if bit := uint64(1) << (h & 63); w.bits[h>>6]&bit == 0 {
		w.bits[h>>6] |= bit
		w.count++
	}
}

// tokenWords are those of the tokens' prefixes. Of a prefix that is shorter than seven
// bytes what follows may be any of a token.
var tokenWords = sync.OnceValue(func() []uint32 {
	var all []uint32
	var add func(s string)
	add = func(s string) {
		if len(s) == 4 {
			all = append(all, binary.LittleEndian.Uint32([]byte(s)))
			return
		}
		for c := range 256 {
			if isTokenByte(byte(c)) {
				add(s + string([]byte{byte(c)}))
			}
		}
	}
	for _, prefix := range tokenPrefixes {
		for i := range 4 {
			add(prefix[i:min(len(prefix), i+4)])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
})

// wordGroup is how many bytes next looks at in one step.
const wordGroup = 16

// next is the first group of words, from i on, that has one of them, or else the
// first that is not whole. All the time that redaction takes of a large body is
// spent here.
func (w *words) next(p []byte, i int) int {
	bits, shift := w.bits, w.shift&31
	for ; len(p)-i >= wordGroup; i += wordGroup {
		group := p[i : i+wordGroup]
		u, v := binary.LittleEndian.Uint64(group), binary.LittleEndian.Uint64(group[8:])
		a, b := uint32(u)*wordHash>>shift, uint32(u>>32)*wordHash>>shift
		c, d := uint32(v)*wordHash>>shift, uint32(v>>32)*wordHash>>shift
		if (bits[a>>6]>>(a&63)|bits[b>>6]>>(b&63)|bits[c>>6]>>(c&63)|bits[d>>6]>>(d&63))&1 != 0 {
			break
		}
	}
	return i
}
