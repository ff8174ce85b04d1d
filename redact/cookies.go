package redact

import "strings"

// readCookies reads Cookie and Set-Cookie.
func readCookies(p []byte, found func(string)) (open bool) {
	begin, open := fieldBegin(p, len("Cookie"))
	if begin == 0 {
		return open
	}
	for p = p[begin:]; ; {
		n, open := valueLen(p, "\"'`\r\n\\<>;")
		if value, ok := cookieValue(string(p[:n])); ok && isPlausible(value) {
			found(value)
		}
		if open || n == 0 || p[n] != ';' {
			return open
		}
		p = p[n+1:]
	}
}

func readSession(p []byte, found func(string)) (open bool) {
	value, open := quotedValue(p[len("_session="):])
	if isMachineMade(string(value)) {
		found(string(value))
	}
	return open
}

// attributes are what Set-Cookie says of a cookie (RFC 6265).
var attributes = map[string]bool{"expires": true, "max-age": true, "domain": true, "path": true, "samesite": true}

// cookieValue is the value of a cookie, NAME=VALUE, that may let its bearer in. A setting that is
// a word, as theme=dark, does not.
func cookieValue(pair string) (value string, ok bool) {
	name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
	value = strings.Trim(value, `" `)
	return value, !attributes[strings.ToLower(name)] && !isCommon(value) &&
		(len(value) >= minToken || isTellingCookie(name) || isMachineMade(value))
}

func isTellingCookie(name string) bool {
	name = strings.ToLower(name)
	return isSecretName(name) || strings.Contains(name, "session") || strings.Contains(name, "auth")
}
