package redact

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
	if len(q) < gramStep {
		return true
	}
	for start := range gramStep {
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
