package redact

import "strings"

// form is one spelling of a secret. Its text is made when it is needed, as most never are.
type form struct {
	of    *secret
	same  *form  // the next whose text has the same hash, most likely since the text is the same
	also  *form  // the next of the same secret
	way   uint32 // how it is spelled; of a piece, where in the value it begins
	piece uint32 // its length, if it is a piece of the value as it is
}

// formSize is the memory that a form takes with its entries in the tables.
const formSize = 32 + 2*28

// The ways are numbered: first those of base64, then the stand-in itself, then
// the encodings, then those that the secret has of its own.
const (
	wayURL64   = 3 // base64 with the alphabet for URLs, of which there are three; before are those with the other
	wayStandIn = 6
	wayEncoded = 7
)

// respelling is a spelling of a secret that no encoding makes, and that of its stand-in.
type respelling struct{ from, to string }

// texts are what is looked for, and what to put there, of the same length.
func (f *form) texts() (from, to string) {
	s := f.of
	switch way := int(f.way); {
	case f.piece > 0:
		end := f.way + f.piece
		return s.value[f.way:end], s.standIn[f.way:end]
	case way < wayStandIn:
		return base64Text(s.value, way), base64Text(s.standIn, way)
	case way == wayStandIn:
		return s.standIn, s.standIn
	case way < wayEncoded+len(encodings):
		encode := encodings[way-wayEncoded]
		return encode(s.value), encode(s.standIn)
	default:
		own := s.own[way-wayEncoded-len(encodings)]
		return own.from, own.to
	}
}

// addValue takes a secret in all ways. They agree in length, since a
// stand-in differs from its secret in letters and digits only.
func (f *forms) addValue(s *secret) {
	f.addPiece(s, 0, len(s.value))
	for way := range wayURL64 {
		text := base64Text(s.value, way)
		f.add(s, form{way: uint32(way)}, text)
		if strings.ContainsAny(text, "+/") {
			f.add(s, form{way: uint32(way + wayURL64)}, base64Text(s.value, way+wayURL64))
		}
	}
	if isPlain(s.value) {
		return
	}
	for i, encode := range encodings {
		if text := encode(s.value); text != s.value && len(text) == len(encode(s.standIn)) {
			f.add(s, form{way: uint32(wayEncoded + i)}, text)
		}
	}
}

// addPiece takes a part of a secret's value.
func (f *forms) addPiece(s *secret, from, to int) {
	f.add(s, form{way: uint32(from), piece: uint32(to - from)}, s.value[from:to])
}

// addStandIn takes a secret's stand-in, which stays where it is met.
func (f *forms) addStandIn(s *secret) { f.add(s, form{way: wayStandIn}, s.standIn) }

// addText takes a spelling of a secret that no encoding makes.
func (f *forms) addText(s *secret, from, to string) {
	if len(from) != len(to) {
		return
	}
	s.own = append(s.own, respelling{from, to})
	if !f.add(s, form{way: uint32(wayEncoded + len(encodings) + len(s.own) - 1)}, from) {
		s.own = s.own[:len(s.own)-1]
	}
}

func (f *form) isBase64() bool { return f != nil && f.piece == 0 && f.way < wayStandIn }

// spellings are all byte strings that s is looked for by. Each has at least minSecret bytes.
func (s *secret) spellings() []string {
	var all []string
	for f := s.forms; f != nil; f = f.also {
		if from, to := f.texts(); from != to {
			all = append(all, from)
		}
	}
	return all
}
