package redact

import (
	"bytes"
	"encoding/binary"
)

// pieces puts stand-ins where pieces of known secrets are, in a text of parts of all kinds of texts: of two patches between
// which one was cut, a dictionary may have the second.
func (r *Redactor) pieces(p []byte) {
	src := bytes.Clone(p)
	var there filter
	for i := 0; i+minCut <= len(src); i++ {
		there.put(pieceSpot(src[i:]))
	}
	for _, first := range r.forms.byText {
		for m := first; m != nil; m = m.same {
			from, to := m.texts()
			for i := 0; from != to && i+minCut <= len(from); i++ {
				if word, bits := pieceSpot([]byte(from[i : i+minCut])); there.words[word]&bits == bits {
					putPiece(p, src, from[i:], to[i:])
				}
			}
		}
	}
}

func pieceSpot(p []byte) (word int, bits uint64) {
	return spot(masks(), binary.LittleEndian.Uint64(p)*headHash>>(64-8*gramLen))
}

// putPiece puts to into p wherever src, which it was, has a beginning of from.
func putPiece(p, src []byte, from, to string) {
	for at := 0; ; at++ {
		next := bytes.Index(src[at:], []byte(from[:minCut]))
		if next < 0 {
			return
		}
		at += next
		n := minCut
		for n < len(from) && at+n < len(src) && from[n] == src[at+n] {
			n++
		}
		copy(p[at:], to[:n])
	}
}
