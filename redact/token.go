package redact

import (
	"regexp"
	"strings"
)

// tokenPrefixes are those that GitLab and the runner read meaning into
// (gitlab-runner common/buildlogger/internal/tokensanitizer, GitLab
// app/models/ci/runner.rb). What follows one of them is a token.
var tokenPrefixes = []string{
	"glrtr-", "glrt-", "glcbt-", "glpat-", "gldt-", "glptt-", "glft-", "glimt-", "glagent-",
	"gloas-", "glsoat-", "glffct-", "glwt-", "gltok-", "GR1348941",
}

// minToken is the least that follows a token's prefix. GitLab makes 20 characters.
const minToken = 16

// maxToken bounds a token: those that are JSON Web Tokens have 500 to 1500 characters,
// and more if somebody put claims of their own into them.
const maxToken = 8 << 10

// tokenAt is the length of the token that p begins with, 0 if it begins with
// none. Open tells that it may go on behind p. What stands before a token does not
// matter: in escaped text that may be any letter, as in `\nglpat-`.
func (k *marks) tokenAt(p []byte) (n int, open bool) {
	if len(p) < 2 || !k.tokens.has(uint16(p[0])|uint16(p[1])<<8) {
		return 0, false
	}
	prefix := tokenPrefix(p)
	if prefix == "" {
		prefix = k.ownPrefix(p)
	}
	if prefix == "" {
		if n, open := jwtAt(p); n > 0 || open {
			return n, open
		}
		return 0, k.mayBePrefix(p)
	}
	n = len(prefix)
	for n < len(p) && n < maxToken && isTokenByte(p[n]) && tokenPrefix(p[n:]) == "" {
		n++
	}
	open = n == len(p) && n < maxToken || n == maxToken && len(p) < maxToken+len("GR1348941") // another may begin there
	for n > len(prefix) && alphabet(p[n-1]) == "" {                                           // the end of a sentence, padding, an underline
		n--
	}
	if n < len(prefix)+minToken || prefix == k.ownPrefix(p) && !looksMade(p[len(prefix):n]) {
		n = 0
	}
	return n, open
}

// tokenPrefix is the token's prefix that p begins with, or "".
func tokenPrefix(p []byte) string {
	if len(p) >= 2 && (p[0] == 'g' && p[1] == 'l' || p[0] == 'G' && p[1] == 'R') {
		for _, prefix := range tokenPrefixes {
			if len(p) >= len(prefix) && string(p[:len(prefix)]) == prefix {
				return prefix
			}
		}
	}
	return ""
}

// isTokenByte is the alphabet of tokens (gitlab-runner tokensanitizer).
func isTokenByte(c byte) bool {
	return alphabet(c) != "" || c == '-' || c == '_' || c == '.' || c == '='
}

// tokenStandIn is what stands in for the token in the first n bytes of p, which is learned, or "". If it
// is a stand-in, or one with something behind it that tokens may have too, as in
// "glpat-….git", it is that stand-in.
func (r *Redactor) tokenStandIn(p []byte, n int) string {
	if n == 0 || r.cut {
		return ""
	}
	if m := r.standInAt(p, n); m > 0 {
		n = m
	}
	p = p[:n]
	s := r.known(string(p))
	if s == nil {
		return ""
	}
	r.used(s)
	r.count(s)
	return string(p[:len(p)-len(s.value)]) + s.standIn
}

// maxSigns is how many signs may end a declared token, as those of a JSON Web Token do, that are none of it by its form.
const maxSigns = 4

// standInAt is the length of the stand-in that the token in the first n bytes of p is, or begins with, also with signs
// behind it; or 0.
func (r *Redactor) standInAt(p []byte, n int) int {
	own := len(r.forms.marks.ownPrefix(p))
	whole := n
	for n < min(len(p), whole+maxSigns) && isTokenByte(p[n]) && alphabet(p[n]) == "" {
		n++
	}
	for ; n >= minToken+max(own, len("glrt-")); n-- {
		ends := n >= whole || alphabet(p[n]) == "" && alphabet(p[n-1]) != ""
		if ends && r.make.isStandIn(string(p[own:n])) {
			return n
		}
	}
	return 0
}

// keptPrefix is how many bytes of a secret stay: a token's prefix with its
// partition (glrt-t1_, glcbt-64_), which decides how runners and servers treat it;
// what makes a JSON Web Token look like one; the scheme of a URL.
func keptPrefix(secret string) int {
	if n := partitioned(secret, isPartition.MatchString); n > 0 {
		return n
	}
	for _, prefix := range otherPrefixes {
		if strings.HasPrefix(secret, prefix) {
			return len(prefix)
		}
	}
	return 0
}

// isPartition is t with the kind of a runner, or the hexadecimal number of a partition of jobs.
var isPartition = regexp.MustCompile(`^(glrt-t[0-9]|glcbt-[0-9a-f]{1,4})$`)

// partitioned is the length of a token's prefix with its partition, 0 if there is no prefix.
func partitioned(token string, is func(string) bool) int {
	prefix := tokenPrefix([]byte(token))
	if i := strings.IndexByte(token[len(prefix):], '_'); i > 0 && i <= 4 && (prefix == "glrt-" || prefix == "glcbt-") && is(token[:len(prefix)+i]) {
		return len(prefix) + i + 1
	}
	return len(prefix)
}

// otherPrefixes stay too, but what has them is not always a secret. "eyJ" is
// base64 of `{"`, the beginning of every JSON Web Token.
var otherPrefixes = []string{"eyJ", "t1_", "t2_", "t3_", "http://", "https://"}
