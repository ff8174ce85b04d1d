package redact

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// forms finds many byte strings in one pass. Each has at least minSecret bytes;
// its first eight, as a number, are looked up at every position, behind a small
// bit table that nearly always says no.
type forms struct {
	filter [1 << 10]uint64          // a bit for each hash of eight first bytes
	byHead map[uint64][]replacement // longest first
}

// replacement is a string to look for and what to put there, of the same length.
type replacement struct{ from, to []byte }

func newForms() *forms { return &forms{byHead: map[uint64][]replacement{}} }

func filterBit(head uint64) (word int, bit uint64) {
	hash := head * 0x9E3779B97F4A7C15 >> 48 // Fibonacci hashing: 16 bits
	return int(hash >> 6), 1 << (hash & 63)
}

// add takes one string to look for.
func (f *forms) add(from, to string) {
	if len(from) < minSecret || len(from) != len(to) {
		return
	}
	head := binary.LittleEndian.Uint64([]byte(from))
	word, bit := filterBit(head)
	f.filter[word] |= bit
	list := f.byHead[head]
	if slices.ContainsFunc(list, func(r replacement) bool { return string(r.from) == from }) {
		return
	}
	list = append(list, replacement{[]byte(from), []byte(to)})
	slices.SortStableFunc(list, func(a, b replacement) int { return len(b.from) - len(a.from) })
	f.byHead[head] = list
}

// addValue takes a secret in its encodings. They agree in length, since a
// stand-in differs from its secret in letters and digits only.
func (f *forms) addValue(secret, standIn string) {
	f.add(secret, standIn)
	for _, encode := range encodings {
		f.add(encode(secret), encode(standIn))
	}
}

// at looks for what begins at p[0]. more tells that p may begin something that is longer than p.
func (f *forms) at(p []byte) (found *replacement, more bool) {
	if len(p) < minSecret {
		return nil, true
	}
	head := binary.LittleEndian.Uint64(p)
	if word, bit := filterBit(head); f.filter[word]&bit == 0 {
		return nil, false
	}
	list := f.byHead[head]
	for i := range list {
		from := list[i].from
		if len(from) > len(p) {
			more = more || bytes.HasPrefix(from, p)
		} else if bytes.HasPrefix(p, from) {
			return &list[i], more
		}
	}
	return nil, more
}

// replace puts stand-ins into p as far as can be told without what follows, and
// returns how far that is. It learns tokens that show themselves by their prefix.
func (r *Redactor) replace(p []byte, final bool) (ready int) {
	for i := 0; i < len(p); {
		found, more := r.forms.at(p[i:])
		if more && !final {
			return i
		}
		if found == nil {
			n, open := tokenAt(p[i:])
			if open && !final {
				return i
			}
			if n == 0 || (i > 0 && isTokenByte(p[i-1])) || !r.learn(string(p[i:i+n])) {
				i++
				continue
			}
			if standIn, ok := r.secrets[string(p[i:i+n])]; ok {
				copy(p[i:], standIn)
			}
			i += n
			continue
		}
		copy(p[i:], found.to)
		i += len(found.from)
	}
	return len(p)
}

// minToken is the least that follows a token's prefix. GitLab makes 20 characters.
const minToken = 16

// maxToken bounds a token: those that are JSON Web Tokens have 500 to 1500 characters.
const maxToken = 4 << 10

// tokenAt is the length of the token that p begins with, 0 if it begins with
// none. open tells that it may go on behind p.
func tokenAt(p []byte) (n int, open bool) {
	if len(p) == 0 || p[0] != 'g' && p[0] != 'G' {
		return 0, false
	}
	for _, prefix := range tokenPrefixes {
		if len(p) < len(prefix) {
			open = open || strings.HasPrefix(prefix, string(p))
			continue
		}
		if string(p[:len(prefix)]) != prefix {
			continue
		}
		n = len(prefix)
		for n < len(p) && n < maxToken && isTokenByte(p[n]) {
			n++
		}
		open = n == len(p) && n < maxToken
		for n > len(prefix) && (p[n-1] == '.' || p[n-1] == '-') { // the end of a sentence
			n--
		}
		if n < len(prefix)+minToken {
			return 0, open
		}
		return n, open
	}
	return 0, open
}

// isTokenByte is the alphabet of tokens (gitlab-runner tokensanitizer).
func isTokenByte(c byte) bool {
	return alphabet(c) != "" || c == '-' || c == '_' || c == '.' || c == '='
}
