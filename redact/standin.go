package redact

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// NewKey makes the key of a new recording's stand-ins.
func NewKey() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}

// maker makes stand-ins. Letters become letters of the same case, digits digits,
// all else stays, so that every encoding of the secret has the length of the
// same encoding of its stand-in. The last of the characters check the others, so
// that whoever has the key can tell a stand-in from a secret: a secret of n digits
// looks like a stand-in once in 10^(n/2) times, up to 10^8, and then stays.
type maker struct{ key []byte }

// minVaried is the least number of letters and digits a secret needs, and
// minDistinct how many different ones: with fewer, stand-ins of different secrets
// would be too alike, and a row of zeros is no secret.
const (
	minVaried   = 6
	minDistinct = 4
)

// fits tells whether stand-ins of s can be told apart.
func fits(s string) bool {
	varied := 0
	var seen [256]bool
	distinct := 0
	for i := keptPrefix(s); i < len(s); i++ {
		if alphabet(s[i]) == "" {
			continue
		}
		varied++
		if !seen[s[i]] {
			seen[s[i]] = true
			distinct++
		}
	}
	return varied >= minVaried && distinct >= minDistinct
}

func (m maker) make(secret string, attempt byte) string {
	out := []byte(secret)
	varied, check := positions(secret, keptPrefix(secret))
	m.fill(out, varied, "stand-in", string(attempt)+secret)
	m.fillCheck(out, check)
	return string(out)
}

// isStandIn tells whether make, with the same key, made s, or an older make did, which kept more.
func (m maker) isStandIn(s string) bool {
	kept, older := keptPrefix(s), partitioned(s, func(string) bool { return true })
	return m.agrees(s, kept) || older > kept && m.agrees(s, older)
}

func (m maker) agrees(s string, kept int) bool {
	varied, check := positions(s, kept)
	if len(varied)+len(check) < minVaried {
		return false
	}
	out := []byte(s)
	m.fillCheck(out, check)
	return string(out) == s
}

// positions are those of the letters and digits that are chosen by the secret,
// and of those that are chosen by all others.
func positions(secret string, kept int) (varied, check []int) {
	for i := kept; i < len(secret); i++ {
		if alphabet(secret[i]) != "" {
			varied = append(varied, i)
		}
	}
	n := min(8, len(varied)/2)
	return varied[:len(varied)-n], varied[len(varied)-n:]
}

func (m maker) fillCheck(out []byte, check []int) {
	for _, i := range check {
		out[i] = alphabet(out[i])[0]
	}
	m.fill(out, check, "check", string(out))
}

// fill sets the bytes at positions to ones of their own alphabet that depend on text.
func (m maker) fill(out []byte, positions []int, purpose, text string) {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(purpose))
	mac.Write([]byte(text))
	seed := mac.Sum(nil)
	var block [sha256.Size]byte
	for n, i := range positions {
		const perBlock = sha256.Size / 2 // 2 bytes a character leave no alphabet a noticeable bias
		if n%perBlock == 0 {
			block = sha256.Sum256(binary.BigEndian.AppendUint32(seed[:sha256.Size:sha256.Size], uint32(n)))
		}
		letters := alphabet(out[i])
		if i == 0 && letters == digits {
			letters = digits[1:] // a JSON number does not begin with 0
		}
		out[i] = letters[int(binary.BigEndian.Uint16(block[n%perBlock*2:]))%len(letters)]
	}
}

// mask hides a value that is too short for a stand-in of its own.
func mask(s string) string {
	return strings.Map(func(c rune) rune {
		if c < 128 {
			if letters := alphabet(byte(c)); letters != "" {
				return rune(letters[len(letters)-3]) // 7, x, X
			}
		}
		return c
	}, s)
}

const digits = "0123456789"

// alphabet is the characters that may stand in for c, "" if c stays.
func alphabet(c byte) string {
	switch {
	case '0' <= c && c <= '9':
		return digits
	case 'a' <= c && c <= 'z':
		return "abcdefghijklmnopqrstuvwxyz"
	case 'A' <= c && c <= 'Z':
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	return ""
}
