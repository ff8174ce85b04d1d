package redact

import (
	"encoding/binary"
	"sync"
)

// A string of minAsked bytes has a gram in each alignment. Shorter ones are looked for without asking: passwords
// are, which are declared again and again, but not tokens, of which each job has its own. With shorter grams those of
// tokens' prefixes and of numbers would soon all be there; each place more is time that each byte of a log takes.
const (
	gramLen  = 6
	gramStep = 8
	gramMask = 1<<(8*gramLen) - 1
	minAsked = gramLen + gramStep - 1
)

// Bounds of a sketch. A filter is closed when it has one gram for 32 bits, so that of
// strings of minAsked bytes that are not there it takes less than one in twenty for there, and of
// thirty hardly one in ten thousand. When there are maxFilters, neighbours become one: then it takes more.
const (
	filterBits  = 20
	filterGrams = 1 << filterBits / 32
	maxFilters  = 8 << 20 / (1 << filterBits / 8)
)

// filter is a Bloom filter, each gram of which is four bits of one word (Putze, Sanders and
// Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007), and the exchanges it has texts of.
type filter struct {
	ids   ranges // before all that has no pointers, which the garbage collector then does not read
	grams int    // that changed it
	words [1 << filterBits / 64]uint64
}

// masks are the bits that a gram may have.
var masks = sync.OnceValue(func() *[1 << 10]uint64 {
	var m [1 << 10]uint64
	x := uint64(0x9E3779B97F4A7C15)
	for i := range m {
		x = x*6364136223846793005 + 1442695040888963407 // Knuth's MMIX
		m[i] = 1<<(x>>34&63) | 1<<(x>>41&63) | 1<<(x>>49&63) | 1<<(x>>57&63)
	}
	return &m
})

// spot is the word and the bits of the gram that begins a number.
func spot(m *[1 << 10]uint64, head uint64) (word int, bits uint64) {
	h := (head & gramMask) * 0x9E3779B97F4A7C15
	return int(h >> (64 - filterBits + 6)), m[h>>40&1023]
}

// addGrams puts in the grams of p from a place on, and tells how many bytes of it belong
// to one that is not whole; less than none if the next one begins so far behind p.
func (f *filter) addGrams(p []byte, from int) (open int) {
	m := masks()
	i := from
	for ; i+4*gramStep <= len(p); i += 4 * gramStep {
		four := p[i : i+4*gramStep : i+4*gramStep]
		a, bitsA := spot(m, binary.LittleEndian.Uint64(four))
		b, bitsB := spot(m, binary.LittleEndian.Uint64(four[gramStep:]))
		c, bitsC := spot(m, binary.LittleEndian.Uint64(four[2*gramStep:]))
		d, bitsD := spot(m, binary.LittleEndian.Uint64(four[3*gramStep:]))
		if bitsA&^f.words[a]|bitsB&^f.words[b]|bitsC&^f.words[c]|bitsD&^f.words[d] == 0 { // which nobody can foretell for each
			continue
		}
		f.grams += f.put(a, bitsA) + f.put(b, bitsB) + f.put(c, bitsC) + f.put(d, bitsD)
	}
	for ; i+8 <= len(p); i += gramStep {
		f.grams += f.put(spot(m, binary.LittleEndian.Uint64(p[i:])))
	}
	for ; i+gramLen <= len(p); i += gramStep {
		f.grams += f.put(spot(m, firstOf(p[i:])))
	}
	return len(p) - i
}

// put tells whether it changed something, as 0 or 1. It has no branch, which half of the grams of a new text would take.
func (f *filter) put(word int, bits uint64) (changed int) {
	was := f.words[word]
	now := was | bits
	f.words[word] = now
	if now != was {
		changed = 1
	}
	return changed
}

// firstOf is the number that the first gram of p begins.
func firstOf(p []byte) uint64 {
	var first [8]byte
	copy(first[:], p)
	return binary.LittleEndian.Uint64(first[:])
}

func (f *filter) merge(other *filter) {
	for i, word := range other.words {
		f.words[i] |= word
	}
	for _, r := range other.ids {
		f.ids.addRange(r)
	}
}
