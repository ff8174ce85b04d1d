package redact

import "encoding/binary"

// grams is a text that comes in pieces, as far as it is in a sketch.
type grams struct {
	filter uint64     // that has the last piece; 0 if there was none
	open   int        // bytes at the end in which a gram begins that is not whole; negative: bytes to come before the next
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
	start := -g.open
	if g.open > 0 {
		var seam [2 * gramLen]byte
		n := copy(seam[:], g.tail[g.length-g.open:g.length])
		n += copy(seam[n:n+gramLen-1], p)
		if n < gramLen {
			g.open = n
			g.keep(p)
			return
		}
		f.grams += f.put(spot(m, binary.LittleEndian.Uint64(seam[:])))
		start += gramStep
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
