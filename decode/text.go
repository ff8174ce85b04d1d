package decode

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// ShortToken is the short form of a token, by which runners name themselves in
// their logs and in the trace (gitlab-runner helpers/shorten_token.go): the 9
// characters after "glrt-", "glrtr-" or "glcbt-", 17 of an old registration
// token, of others the first 8. Of a token too short for that it is half of
// what follows the prefix.
func ShortToken(token string) string {
	prefix, size := "", 8
	for _, p := range []string{"glrt-", "glrtr-", "glcbt-"} {
		if strings.HasPrefix(token, p) {
			token, size = token[len(p):], 9
			break
		}
	}
	if strings.HasPrefix(token, "GR") && len(token) >= 17 {
		prefix, token = token[:9], token[9:]
	}
	return clean(prefix+token[:min(size, (len(token)+1)/2)], 17)
}

// clean makes text of the wire fit for one line: control and other invisible
// characters become "?", and it ends after max bytes.
func clean(s string, max int) string {
	if len(s) <= max && isASCII(s) {
		return s
	}
	cut := len(s) > max
	if cut {
		s = s[:max]
	}
	s = strings.ToValidUTF8(s, "?")
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
	if cut && max > 20 {
		s += "…"
	}
	return s
}

// isASCII tells whether s has printable ASCII only.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// quote is clean text in quotation marks.
func quote(s string) string { return strconv.Quote(clean(s, 80)) }

// count is "1 step", "3 steps".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// sized is "1234 bytes".
func sized(n int64) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// outcome is a status with the error text after it, "no answer" for 0.
func outcome(status int, errorText string) string {
	if status == 0 {
		return "no answer"
	}
	s := strconv.Itoa(status)
	if rest, ok := strings.CutPrefix(errorText, s); ok { // GitLab's texts often begin with it
		errorText = strings.TrimSpace(rest)
	}
	if errorText == "" {
		return s
	}
	return s + " " + clean(errorText, 120)
}
