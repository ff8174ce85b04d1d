package redact

import (
	"encoding/binary"
	"sync"
)

// sketch remembers in bounded memory of what texts the Sink passed on, to tell of a secret that
// shows itself late that nothing has it, without reading what is kept. Of each text the grams, of
// gramLen bytes, at every gramStep-th place are in it. A string of minSecret bytes or more that was in
// a text has, for one of gramStep alignments, all its aligned grams there: what is
// there is never denied, and what is said to be there has only to be looked for.
type sketch struct {
	filters []*filter // in the order in which they were begun; the last is being filled
	number  uint64    // of the last
	full    int       // grams from which a filter is closed
}

// A string of eight bytes must have a gram in each alignment: gramLen+gramStep-1 is minSecret. With shorter
// ones at fewer places those of tokens' prefixes and of numbers would soon all be there.
const (
	gramLen  = 6
	gramStep = 3
	gramMask = 1<<(8*gramLen) - 1
)

// Bounds of a sketch. A filter is closed when it has one gram for 32 bits, so that of
// strings of eight bytes that are not there it takes less than one in two hundred for there.
// When there are maxFilters, neighbours become one: then it takes more.
const (
	filterBits  = 20
	filterGrams = 1 << filterBits / 32
	maxFilters  = 16 << 20 / (1 << filterBits / 8)
)

// seam is how much of a text's end is put into the next filter too, if the text goes on
// there. Of longer strings it is their end that is asked for.
const seam = 64

// filter is a Bloom filter, each gram of which is four bits of one word (Putze, Sanders and
// Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007), and the exchanges it has texts of.
type filter struct {
	words [1 << filterBits / 64]uint64
	grams int // that changed it
	ids   ranges
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

func newSketch() *sketch {
	s := &sketch{full: filterGrams}
	s.next()
	return s
}

// grams is a text that comes in pieces, as far as it is in a sketch.
type grams struct {
	filter uint64     // that has the last piece; 0 if there was none
	open   int        // bytes at the end in which a gram begins that is not whole, 0 to gramLen-1
	tail   [seam]byte // the end of the text
	length int        // of tail
}

// add puts the next piece of a text of exchange id into the sketch.
func (s *sketch) add(id uint64, g *grams, p []byte) {
	if len(p) == 0 {
		return
	}
	f := s.of(id)
	if g.filter != s.number {
		g.filter, g.open = s.number, 0
		if g.length > 0 {
			var tail [seam]byte
			n := copy(tail[:], g.tail[:g.length])
			g.open = f.addGrams(tail[:n], 0)
		}
	}
	m := masks()
	start := 0
	if g.open > 0 {
		var seam [3 * gramLen]byte
		n := copy(seam[:], g.tail[g.length-g.open:g.length])
		n += copy(seam[n:n+gramLen-1], p)
		for ; start < g.open; start += gramStep {
			if start+gramLen > n {
				g.open = n - start
				g.keep(p)
				return
			}
			f.set(spot(m, binary.LittleEndian.Uint64(seam[start:])))
		}
		start -= g.open
	}
	g.open = f.addGrams(p, start)
	g.keep(p)
}

// keep notes the end of the text.
func (g *grams) keep(p []byte) {
	if len(p) >= seam {
		g.length = copy(g.tail[:], p[len(p)-seam:])
		return
	}
	if over := g.length + len(p) - seam; over > 0 {
		g.length = copy(g.tail[:], g.tail[over:g.length])
	}
	g.length += copy(g.tail[g.length:], p)
}

// goesOn notes that a text that some exchanges had goes on in another.
func (s *sketch) goesOn(g *grams, before ranges) {
	if g.filter == s.number && s.filters[len(s.filters)-1].grams < s.full {
		return
	}
	f := s.filters[len(s.filters)-1]
	if f.grams >= s.full {
		f = s.next()
	}
	for _, r := range before {
		f.ids.addRange(r)
	}
}

// addText puts a text that is whole into the sketch.
func (s *sketch) addText(id uint64, p []byte) {
	s.of(id).addGrams(p, 0)
}

// meets tells whether an exchange is in both.
func (r ranges) meets(other ranges) bool {
	for _, a := range r {
		for _, b := range other {
			if a.first <= b.last && b.first <= a.last {
				return true
			}
		}
	}
	return false
}

// of is the filter that takes the next text of an exchange.
func (s *sketch) of(id uint64) *filter {
	f := s.filters[len(s.filters)-1]
	if f.grams >= s.full {
		f = s.next()
	}
	f.ids.add(id)
	return f
}

// next begins a filter.
func (s *sketch) next() *filter {
	if len(s.filters) >= maxFilters {
		half := s.filters[:0]
		for i := 0; i+1 < len(s.filters); i += 2 {
			s.filters[i].merge(s.filters[i+1])
			half = append(half, s.filters[i])
		}
		clear(s.filters[len(half):])
		s.filters = half
	}
	f := new(filter)
	s.filters = append(s.filters, f)
	s.number++
	return f
}

func (f *filter) merge(other *filter) {
	for i, word := range other.words {
		f.words[i] |= word
	}
	for _, r := range other.ids {
		f.ids.addRange(r)
	}
}

// addGrams puts in the grams of p from a place on, and tells how many bytes of it belong
// to one that is not whole.
func (f *filter) addGrams(p []byte, from int) (open int) {
	m := masks()
	i, grams := from, 0
	for ; i+8 <= len(p); i += gramStep {
		word, bits := spot(m, binary.LittleEndian.Uint64(p[i:]))
		was := f.words[word]
		if now := was | bits; now != was {
			f.words[word] = now
			grams++
		}
	}
	f.grams += grams
	for ; i+gramLen <= len(p); i += gramStep {
		f.set(spot(m, firstOf(p[i:])))
	}
	return len(p) - i
}

func (f *filter) set(word int, bits uint64) {
	if f.words[word]&bits != bits {
		f.words[word] |= bits
		f.grams++
	}
}

// firstOf is the number that the first gram of p begins.
func firstOf(p []byte) uint64 {
	var first [8]byte
	copy(first[:], p)
	return binary.LittleEndian.Uint64(first[:])
}

// query is a string to ask for: the spots of its grams.
type query []gramSpot

type gramSpot struct {
	word int
	bits uint64
}

// queryOf makes a query of a string, of its end if it is longer than a seam.
func queryOf(text string) query {
	text = text[max(0, len(text)-seam):]
	m := masks()
	q := make(query, 0, len(text))
	for i := 0; i+gramLen <= len(text); i++ {
		word, bits := spot(m, firstOf([]byte(text[i:])))
		q = append(q, gramSpot{word, bits})
	}
	return q
}

// may tells whether the string may be in a text of f.
func (f *filter) may(q query) bool {
	for start := range min(gramStep, len(q)) {
		i := start
		for i < len(q) && f.words[q[i].word]&q[i].bits == q[i].bits {
			i += gramStep
		}
		if i >= len(q) {
			return true
		}
	}
	return false
}
