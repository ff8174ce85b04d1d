package redact

import "slices"

// sketch remembers in bounded memory of what texts the Sink passed on, to tell of a secret that
// shows itself late that nothing has it, without reading what is kept. Of each text the grams, of
// gramLen bytes, at every gramStep-th place are in it. A string of minAsked bytes or more that was in
// a text has, for one of gramStep alignments, all its aligned grams there: what is
// there is never denied, and what is said to be there has only to be looked for.
type sketch struct {
	filters []*filter // in the order in which they were begun; the last is being filled
	number  uint64    // of the last
	full    int       // grams from which a filter is closed
	spare   []*filter // merged ones: logs fill many in a second, and each would be garbage
}

// seam is how much of a text's end is put into the next filter too, if the text goes on
// there. Of longer strings it is their end that is asked for.
const seam = 64

func newSketch() *sketch {
	s := &sketch{full: filterGrams}
	s.next()
	return s
}

// addText puts a text that is whole into the sketch.
func (s *sketch) addText(id uint64, p []byte) {
	s.of(id).addGrams(p, 0)
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
			s.spare = append(s.spare, s.filters[i+1])
		}
		clear(s.filters[len(half):])
		s.filters = half
	}
	f := new(filter)
	if n := len(s.spare); n > 0 {
		f, s.spare = s.spare[n-1], s.spare[:n-1]
		*f = filter{}
	}
	s.filters = append(s.filters, f)
	s.number++
	return f
}

// maxAsked is of how many secrets a sketch is asked at once: to look is quicker than to ask for more.
const maxAsked = 4096

// find is where secrets may be.
func (s *sketch) find(secrets []*secret) ranges {
	var queries []query
	everywhere := len(secrets) > maxAsked
	if everywhere {
		secrets = nil
	}
	for _, secret := range secrets {
		for _, text := range secret.spellings() {
			queries = append(queries, queryOf(text))
		}
	}
	var where ranges
	for _, f := range s.filters {
		if everywhere || slices.ContainsFunc(queries, f.may) {
			for _, r := range f.ids {
				where.addRange(r)
			}
		}
	}
	return where
}
