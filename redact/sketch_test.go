package redact

import (
	"strings"
	"testing"
)

// found tells whether a sketch says that exchange id may have text.
func (s *sketch) found(id uint64, text string) bool {
	q := queryOf(text)
	for _, f := range s.filters {
		if f.may(q) {
			for _, r := range f.ids {
				if id >= r.first && id <= r.last {
					return true
				}
			}
		}
	}
	return false
}

// What was passed on is never denied, however it was cut and whatever came between.
func TestSketchDeniesNothing(t *testing.T) {
	rnd := newRandom(1)
	s := newSketch()
	var texts [3]strings.Builder
	var gs [3]grams
	for range 3000 {
		i := rnd.IntN(len(gs))
		piece := randomOf(rnd, alnum, 1+rnd.IntN(1+rnd.IntN(2000)))
		s.add(uint64(i+1)*100, &gs[i], []byte(piece))
		texts[i].WriteString(piece)
	}
	if len(s.filters) < 3 {
		t.Fatalf("%d filters show nothing", len(s.filters))
	}
	for range 20000 {
		i := rnd.IntN(len(gs))
		text := texts[i].String()
		n := minSecret + rnd.IntN(1+rnd.IntN(300))
		at := rnd.IntN(len(text) - n)
		if !s.found(uint64(i+1)*100, text[at:at+n]) {
			t.Fatalf("%q at %d of text %d is denied", text[at:at+n], at, i)
		}
	}
}

// What was not passed on is nearly always denied, and memory is bounded.
func TestSketchIsBounded(t *testing.T) {
	rnd := newRandom(2)
	s := newSketch()
	for id := range uint64(maxFilters * 3 / 2) {
		for range 2 {
			s.addText(id, []byte(randomOf(rnd, alnum, filterGrams*gramStep/2+64)))
		}
		if len(s.filters) > maxFilters {
			t.Fatalf("%d filters", len(s.filters))
		}
		if id == 20 {
			asked, said := 0, 0
			for range 500 {
				q := queryOf(randomOf(rnd, alnum, minAsked))
				for _, f := range s.filters {
					asked++
					if f.may(q) {
						said++
					}
				}
			}
			if said*20 > asked {
				t.Errorf("%d of %d are taken for there", said, asked)
			}
			t.Logf("%d of %d strings of %d bytes are taken for there", said, asked, minAsked)
		}
	}
}

func BenchmarkSketch(b *testing.B) {
	const piece = 16 << 10
	log := jobLog(newRandom(1), 256*piece)
	random := []byte(randomOf(newRandom(1), alnum, 256*piece))
	for name, text := range map[string][]byte{"log": log, "random": random} {
		b.Run(name, func(b *testing.B) {
			s := newSketch()
			b.SetBytes(piece)
			var g grams
			for at := 0; b.Loop(); at = (at + piece) % len(text) {
				s.add(1, &g, text[at:at+piece])
			}
		})
	}
}
