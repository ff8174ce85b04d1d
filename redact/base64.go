package redact

import "encoding/base64"

// Base64 takes three bytes for a group of four characters, so that a value may stand in it in
// three ways. Some of the characters depend on the value alone: they are looked for.
// One before and one behind may have bits of the value and of its neighbour: those of the value are
// replaced too, so that what is decoded has the whole stand-in and the neighbour as it was.
//
// Where the bits at an edge are not those of the value, or there is no such character, what lies between is
// replaced all the same: a line end may stand there, as it is or escaped.
//
// The two alphabets differ in two characters, which only '>', '?', '~', DEL and what is not ASCII need. Where
// a stand-in or an edge needs one, and what was there does not tell the alphabet, it is that without '-' and '_'.

// base64Text is the characters that depend on the value alone. Way is how many bytes are before it
// in its first group, and which alphabet.
func base64Text(value string, way int) string {
	whole, coding := way%wayURL64, base64.RawStdEncoding
	if way >= wayURL64 {
		coding = base64.RawURLEncoding
	}
	all := make([]byte, whole, whole+len(value))
	text := coding.EncodeToString(append(all, value...))
	return text[(8*whole+5)/6 : 8*(whole+len(value))/6]
}

// edge is the character beside a base64Text, as far as it has bits of the value.
type edge struct {
	mask    byte // which bits of the six
	was, to byte // those of the value and of its stand-in
}

// edges are those before and behind a form. Their mask is 0 if there are none.
func (f *form) edges() (before, behind edge) {
	if !f.isBase64() {
		return before, behind
	}
	value, standIn := f.of.value, f.of.standIn
	way := int(f.way) % wayURL64
	if way > 0 { // the first byte's upper four or two bits
		shift := 2 + 2*way
		before = edge{1<<(8-shift) - 1, value[0] >> shift, standIn[0] >> shift}
	}
	last := len(value) - 1
	if over := (way + len(value)) % 3; over > 0 { // the last byte's lower two or four bits
		shift := 6 - 2*over
		behind = edge{(1<<(2*over) - 1) << shift, value[last] << shift & 0x3F, standIn[last] << shift & 0x3F}
	}
	return before, behind
}

// fitting is found, which is at i and for which to is put, or another form with the same text: of two secrets that
// differ at an edge only, that of which the bits are there.
func (t *text) fitting(found *form, i int, to string) (*form, string) {
	text := t.source()[i : i+len(to)]
	for m := found; m != nil; m = m.same {
		from, its := m.texts()
		before, behind := m.edges()
		if from == string(text) && t.has(i-1, before) && t.has(i+len(to), behind) {
			return m, its
		}
	}
	return found, to
}

// has tells whether the bits of an edge are at i, if it has any.
func (t *text) has(i int, e edge) bool {
	p := t.source()
	if e.mask == 0 {
		return true
	}
	return i >= 0 && i < len(p) && sextet[p[i]] < 64 && sextet[p[i]]&e.mask == e.was
}

// codings are the two alphabets, each with padding and without, in the order in which they are tried.
var codings = []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding}

const (
	base64Std = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

// sextet is the number of each character of both alphabets, 64 of all others.
var sextet = func() (numbers [256]byte) {
	for i := range numbers {
		numbers[i] = 64
	}
	for i := range base64Std {
		numbers[base64Std[i]], numbers[base64URL[i]] = byte(i), byte(i)
	}
	return numbers
}()

// merge is the character c with those bits in mask that are in number.
func merge(c, number, mask byte) byte {
	letters := base64Std
	if c == '-' || c == '_' {
		letters = base64URL
	}
	return letters[sextet[c]&^mask|number&mask]
}
