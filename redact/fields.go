package redact

import (
	"bytes"
	"strings"
)

// This file reads header fields that a text shows: curl -v, GIT_CURL_VERBOSE, a program's dump of
// a request, a script's source.

// tokenFields are the ends of names of fields that hold a token: PRIVATE-TOKEN, Job-Token, X-Vault-Token, X-Api-Key.
var tokenFields = []string{
	"-Token:", "-TOKEN:", "-token:", `-Token"`, `-TOKEN"`, `-token"`, "-Token'", "-TOKEN'", "-token'", "-Token =", "-TOKEN =", "-token =",
	"Api-Key", "API-Key", "API-KEY", "api-key",
}

// fieldValue is the value of a field whose name ends in the n bytes that p begins with: up to the end
// of the line, or to a quote.
func fieldValue(p []byte, n, most int) (value []byte, open bool) {
	i := n
	for i < len(p) && i < n+3 && bytes.IndexByte([]byte(`\"']`), p[i]) >= 0 {
		i++
	}
	i += blanks(p[i:])
	switch rest := p[i:]; {
	case len(rest) < 2:
		return nil, true
	case string(rest[:2]) == "=>":
		i += 2
	case rest[0] == ':' || rest[0] == '=':
		i++
	case rest[0] == ',' && i > n: // a list of pairs
		i += 1 + blanks(rest[1:])
		if i < len(p) && p[i] != '"' && p[i] != '\'' && p[i] != '\\' {
			return nil, false
		}
	default:
		return nil, false
	}
	i += blanks(p[i:])
	for range 3 {
		if i < len(p) && bytes.IndexByte([]byte("\\\"'`"), p[i]) >= 0 {
			i++
		}
	}
	p = p[i:]
	end := bytes.IndexAny(p[:min(len(p), most)], "\"'`\r\n\\<>")
	if end < 0 {
		return p, len(p) < most
	}
	return p[:end], false
}

// readAuthorization reads Authorization and Proxy-Authorization.
func readAuthorization(p []byte, found func(string)) (open bool) {
	value, open := fieldValue(p, len("uthorization"), 2*maxToken)
	scheme, credentials, _ := strings.Cut(strings.TrimSpace(string(value)), " ")
	switch strings.ToLower(scheme) {
	case "basic":
		if _, ok := readEncoded(strings.TrimRight(credentials, " ,;.)}]")); ok {
			foundCredentials(credentials, found)
		}
	case "bearer", "token", "negotiate", "apikey", "private-token", "gitlab-ci-token":
		foundCredentials(strings.TrimPrefix(strings.TrimLeft(credentials, " "), "token="), found)
	default: // of others what is secret is in a Signature= or the like
		if isMachineMade(strings.TrimRight(scheme, ",;.)}]")) {
			foundCredentials(scheme, found)
		}
	}
	return open
}

// foundCredentials tells of what follows a scheme. Of a Basic one it is base64.
func foundCredentials(rest string, found func(string)) {
	credentials, _, _ := strings.Cut(rest, " ")
	credentials = strings.TrimRight(credentials, ",;.)}]")
	if login, ok := readLogin(credentials); ok && (notSecret[login.secret()] || reference.MatchString(login.secret())) {
		return
	}
	if isPlausible(credentials) {
		found(credentials)
	}
}

// minBearer is the least length of a token behind "Bearer", which may be a word in a sentence too.
const minBearer = 16

func readBearer(p []byte, found func(string)) (open bool) {
	value, open := quotedValue(p[len("Bearer "):])
	if isMachineMade(string(value)) && len(value) >= minBearer {
		found(string(value))
	}
	return open
}

// readDockerAuth reads the login in a docker config.
func readDockerAuth(p []byte, found func(string)) (open bool) {
	value, open := readSetting(p[len(`"auth`):])
	if _, ok := readLogin(string(value)); ok {
		foundCredentials(string(value), found)
	}
	return open
}

func readTokenField(p []byte, found func(string)) (open bool) {
	n := len("-Token")
	if bytes.EqualFold(p[:len("Api-Key")], []byte("Api-Key")) {
		n = len("Api-Key")
	}
	value, open := fieldValue(p, n, 2*maxToken)
	token, _, _ := strings.Cut(string(value), " ")
	if token = strings.TrimRight(token, ",;.)}]"); isPlausible(token) && !strings.Contains(token, "@") && (strings.ContainsAny(token, digits) || len(token) >= minToken) {
		found(token)
	}
	return open
}

// readCookies reads Cookie and Set-Cookie.
func readCookies(p []byte, found func(string)) (open bool) {
	value, open := fieldValue(p, len("Cookie"), maxToken)
	for _, cookie := range cookieValues(string(value)) {
		if isPlausible(cookie) {
			found(cookie)
		}
	}
	return open
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

// cookieValues are the values of cookies that may let their bearer in. Settings that are
// words, as theme=dark, do not.
func cookieValues(field string) (all []string) {
	for part := range strings.SplitSeq(field, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		value = strings.Trim(value, `" `)
		if !attributes[strings.ToLower(name)] && (isMachineMade(value) || len(value) >= minToken && !isCommon(value) || isTellingCookie(name) && !isCommon(value)) {
			all = append(all, value)
		}
	}
	return all
}

func isTellingCookie(name string) bool {
	name = strings.ToLower(name)
	return isSecretName(name) || strings.Contains(name, "session") || strings.Contains(name, "auth")
}
