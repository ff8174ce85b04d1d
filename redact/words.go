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
	table []byte // by the hash of a word, a power of two of them: a bit for three bits more of the hash
	shift uint32 // of a hash
	count int    // bits that are set
}

// bytesPerWord keeps false alarms to one word in so many, and those that the bit does not tell to one in eight
// times as many; minWordBits and maxWordBits bound what is spent on it. Beyond, only time is lost.
const (
	bytesPerWord = 32
	minWordBits  = 18
	maxWordBits  = 20
)

// newWords has room for that many words, and knows those of marks.
func newWords(count int, marks []uint32) words {
	size := minWordBits
	for size < maxWordBits && 1<<size < bytesPerWord*(count+len(marks)) {
		size++
	}
	w := words{table: make([]byte, 1<<size), shift: uint32(32 - size)}
	for _, word := range marks {
		w.addWord(word)
	}
	return w
}

// full tells that it is worth making a larger one.
func (w *words) full() bool {
	return bytesPerWord*w.count > len(w.table) && len(w.table) < 1<<maxWordBits
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
	at, bit := w.spot(word)
	if w.table[at]&bit == 0 {
		w.table[at] |= bit
		w.count++
	}
}

// spot is where in the table the bit of a word is.
func (w *words) spot(word uint32) (at uint32, bit byte) {
	h := word * wordHash
	return h >> (w.shift & 31), 1 << (h >> (w.shift - 3) & 7)
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
	at, bit := w.spot(binary.LittleEndian.Uint32(p))
	return w.table[at]&bit != 0
}

// wordGroup is how many bytes next looks at in one step.
const wordGroup = 16

// next is the first group of words, from i on, that may have one of them, or else the
// first that is not whole. Most of the time that the pass over a large body takes is
// spent here: whole bytes of the table are looked at, as to take single bits out of it takes twice as long.
func (w *words) next(p []byte, i int) int {
	table, shift := w.table, w.shift&31
	for ; len(p)-i >= wordGroup; i += wordGroup {
		group := p[i : i+wordGroup : i+wordGroup]
		a, b := binary.LittleEndian.Uint32(group)*wordHash>>shift, binary.LittleEndian.Uint32(group[4:])*wordHash>>shift
		c, d := binary.LittleEndian.Uint32(group[8:])*wordHash>>shift, binary.LittleEndian.Uint32(group[12:])*wordHash>>shift
		if table[a]|table[b]|table[c]|table[d] != 0 {
			break
		}
	}
	return i
}
