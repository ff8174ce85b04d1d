package redact

import "container/list"

// secret is one that a Redactor knows.
type secret struct {
	value, standIn string
	name           string        // of the variable or field that declared it, "" if none did
	number         bool          // it was a JSON number
	forms          *form         // its spellings that are looked for, linked by also
	spelled        int           // how many
	own            []respelling  // those that no encoding makes
	holders        int           // running jobs that declared it, and exchanges in flight
	shows          bool          // it is a token, known by its form
	short          bool          // its short forms are looked for
	idle           *list.Element // in recall.idle or recall.shown, if there are no holders
	counted        int           // bytes of it that recall has counted
	fresh          bool          // it is in Redactor.fresh
	tallied        int           // the count of Redactor.replaced that it is in
	asked          int           // spellings it had when it was taken from there
}

// size is the memory that s takes with all its spellings, nearly.
func (s *secret) size() int {
	const itself, bits = 320, 32 // entries of maps and lists; table bits of a form
	size := itself + 2*len(s.value) + s.spelled*(formSize+bits)
	for _, own := range s.own {
		size += 4*8 + 2*len(own.from)
	}
	return size
}
