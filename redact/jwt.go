package redact

import (
	"bytes"
	"encoding/base64"
)

// A JSON Web Token in its compact form (RFC 7515 §7.1, RFC 7516 §7.1) is known by its first part, a
// JSON object in base64url that names an algorithm. Three parts make one, five if it is encrypted.

// jwtKeys are those that such an object begins with, as far as six bytes of it go (IANA, "JSON Web
// Signature and Encryption Header Parameters").
var jwtKeys = []string{
	"alg", "typ", "kid", "enc", "cty", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "zip",
	"epk", "apu", "apv", "iv", "tag", "p2s", "p2c", "iss", "sub", "aud", "b64", "url", "nonce", "svt", "ppt", "ver",
}

// jwtHeads are the first characters of a JSON Web Token.
var jwtHeads = func() (heads []string) {
	for _, begin := range []string{`{"`, `{ "`} {
		for _, key := range jwtKeys {
			heads = append(heads, base64.RawURLEncoding.EncodeToString([]byte(begin + key + `":`)[:6]))
		}
	}
	return heads
}()

// jwtAt is the length of the JSON Web Token that p begins with, 0 if it begins with none.
func jwtAt(p []byte) (n int, open bool) {
	if string(p[:2]) != "ey" || !beginsOne(p, jwtHeads) {
		return 0, false
	}
	if len(p) >= maxToken && bytes.IndexByte(p[:maxToken], '.') < 0 { // quicker than to look at each byte, where many may begin
		return 0, false
	}
	for part, parts := 1, 3; ; part, n = part+1, n+1 {
		start := n
		for n < len(p) && n < maxToken && isBase64URL(p[n]) {
			n++
		}
		open = n == len(p) && n < maxToken
		if part == parts && n > start {
			return n, open
		}
		if open || n == maxToken || p[n] != '.' || part == parts {
			return 0, open
		}
		if part == 1 {
			header, err := base64.RawURLEncoding.DecodeString(string(p[:n]))
			if err != nil || !bytes.Contains(header, []byte(`"alg"`)) {
				return 0, false
			}
			if bytes.Contains(header, []byte(`"enc"`)) {
				parts = 5
			}
		}
	}
}

// beginsOne tells whether p begins with one of several texts.
func beginsOne(p []byte, texts []string) bool {
	for _, text := range texts {
		if len(p) >= len(text) && string(p[:len(text)]) == text {
			return true
		}
	}
	return false
}

// isBase64URL is the alphabet of the parts (RFC 4648 §5).
func isBase64URL(c byte) bool { return alphabet(c) != "" || c == '-' || c == '_' }
