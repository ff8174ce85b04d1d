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

// tokenPrefixes are those that GitLab and the runner read meaning into
// (gitlab-runner common/buildlogger/internal/tokensanitizer, GitLab
// app/models/ci/runner.rb). What follows one of them is a token.
var tokenPrefixes = []string{
	"glrtr-", "glrt-", "glcbt-", "glpat-", "gldt-", "glptt-", "glft-", "glimt-", "glagent-",
	"gloas-", "glsoat-", "glffct-", "glwt-", "gltok-", "GR1348941",
}

// jwtPrefix begins every JSON Web Token: base64 of `{"`.
const jwtPrefix = "eyJ"

// keptPrefix is how many bytes of a secret stay: a token's prefix with its
// partition (glrt-t1_, glcbt-64_), which decides how runners and servers treat it.
func keptPrefix(secret string) int {
	for _, prefix := range append(tokenPrefixes, jwtPrefix, "t1_", "t2_", "t3_") {
		rest, ok := strings.CutPrefix(secret, prefix)
		if !ok {
			continue
		}
		kept := len(prefix)
		if i := strings.IndexByte(rest, '_'); i > 0 && i <= 4 && (prefix == "glrt-" || prefix == "glcbt-") {
			kept += i + 1
		}
		return kept
	}
	return 0
}

// maker makes stand-ins. Letters become letters of the same case, digits digits,
// all else stays, so that every encoding of the secret has the length of the
// same encoding of its stand-in. The last of the characters check the others, so that
// a stand-in can be told from a secret by whoever has the key.
type maker struct{ key []byte }

// minVaried is the least number of letters and digits a secret needs: with fewer, stand-ins of
// different secrets would be too alike.
const minVaried = 6

func (m maker) make(secret string, attempt byte) string {
	out := []byte(secret)
	varied, check := m.positions(secret)
	m.fill(out, varied, "stand-in", string(attempt)+secret)
	m.fillCheck(out, check)
	return string(out)
}

// isStandIn tells whether make, with the same key, made s.
func (m maker) isStandIn(s string) bool {
	varied, check := m.positions(s)
	if len(varied)+len(check) < minVaried {
		return false
	}
	out := []byte(s)
	m.fillCheck(out, check)
	return string(out) == s
}

func (m maker) positions(secret string) (varied, check []int) {
	for i := keptPrefix(secret); i < len(secret); i++ {
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
	var block []byte
	for n, i := range positions {
		if n%8 == 0 { // 4 bytes a character leave no alphabet a noticeable bias
			mac := hmac.New(sha256.New, m.key)
			mac.Write([]byte(purpose))
			mac.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
			mac.Write([]byte(text))
			block = mac.Sum(nil)
		}
		letters := alphabet(out[i])
		out[i] = letters[binary.BigEndian.Uint32(block[n%8*4:])%uint32(len(letters))]
	}
}

// alphabet is the characters that may stand in for c, "" if c stays.
func alphabet(c byte) string {
	switch {
	case '0' <= c && c <= '9':
		return "0123456789"
	case 'a' <= c && c <= 'z':
		return "abcdefghijklmnopqrstuvwxyz"
	case 'A' <= c && c <= 'Z':
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	return ""
}
