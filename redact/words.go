package redact

import "encoding/binary"

// words tells of four bytes of a text whether a string that is looked for may
// begin with them or up to three bytes before. A string of seven bytes or more has
// all of the word that begins at the first, second, third or fourth of its bytes,
// so that of a text only every fourth place need be looked at. (A shift table as of
// Wu and Manber skips further, but each step waits for the one before. An automaton of
// Aho and Corasick takes each byte by itself, and is built anew for each secret:
// go test ./redact -run '^$' -bench AhoCorasick.)
type words struct {
	bits  []uint64 // one for each hash of a word, a power of two
	shift uint32   // of a hash
	count int      // bits that are set
}

// bitsPerWord keeps false alarms to one word in so many; minWordBits and
// maxWordBits bound what is spent on it. Beyond, only time is lost.
const (
	bitsPerWord = 256
	minWordBits = 20
	maxWordBits = 22
)

// newWords has room for that many words, and knows those of marks.
func newWords(count int, marks []uint32) words {
	size := minWordBits
	for size < maxWordBits && 1<<size < bitsPerWord*(count+len(marks)) {
		size++
	}
	w := words{bits: make([]uint64, 1<<size/64), shift: uint32(32 - size)}
	for _, word := range marks {
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

// prefixWords are the words that tell of a token by its prefix, of three bytes or more, at each of
// four places. What follows a prefix may be any of a token's characters, and what is
// before it any byte: the fewer of both are taken.
func prefixWords(prefix string) []uint32 {
	var all []uint32
	add := func(before int, known string) {
		words := []uint32{0}
		for i := range wordSize {
			var longer []uint32
			for _, word := range words {
				for _, c := range anyAt(i-before, known) {
					longer = append(longer, word|uint32(c)<<(8*i))
				}
			}
			words = longer
		}
		all = append(all, words...)
	}
	for at := range wordSize {
		missing := max(0, at+wordSize-len(prefix)) // behind, if the word begins at that byte of the prefix
		if before := wordSize - at; at >= 2 && len(prefix) >= at && before < missing {
			add(before, prefix[:at])
		} else {
			add(0, prefix[at:])
		}
	}
	return all
}

// anyAt are the bytes that may be at i, where known begins at 0 and a token goes on behind it.
func anyAt(i int, known string) []byte {
	switch {
	case i < 0:
		return allBytes
	case i < len(known):
		return []byte{known[i]}
	}
	return tokenBytes
}

var allBytes, tokenBytes = func() (all, token []byte) {
	for c := range 256 {
		all = append(all, byte(c))
		if isTokenByte(byte(c)) {
			token = append(token, byte(c))
		}
	}
	return all, token
}()

const wordSize = 4

// has tells whether the word that p begins with is one of them.
func (w *words) has(p []byte) bool {
	h := binary.LittleEndian.Uint32(p) * wordHash >> (w.shift & 31)
	return w.bits[h>>6]>>(h&63)&1 != 0
}

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
