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

// fieldBegin is where the value of a field begins, whose name ends in the n bytes that p begins with; 0 if
// there is none.
func fieldBegin(p []byte, n int) (i int, open bool) {
	i = n
	for i < len(p) && i < n+3 && bytes.IndexByte([]byte(`\"']`), p[i]) >= 0 {
		i++
	}
	i += blanks(p[i:])
	isList := false // of pairs
	switch rest := p[i:]; {
	case len(rest) < 2:
		return 0, true
	case string(rest[:2]) == "=>":
		i += 2
	case rest[0] == ':' || rest[0] == '=':
		i++
	case rest[0] == ',' && i > n:
		isList = true
		i++
	default:
		return 0, false
	}
	i += blanks(p[i:])
	begin := i
	for i < len(p) && i < begin+3 && bytes.IndexByte([]byte("\\\"'`"), p[i]) >= 0 {
		i++
	}
	if i == len(p) {
		return 0, true
	}
	if isList && i == begin {
		return 0, false
	}
	return i, false
}

// isScheme tells of the schemes of Authorization behind which a secret stands as it is. Of others
// it is in a Signature= or the like.
func isScheme(word string) bool {
	switch strings.ToLower(word) {
	case "basic", "bearer", "token", "negotiate", "apikey", "private-token", "gitlab-ci-token":
		return true
	}
	return false
}

// readAuthorization reads Authorization and Proxy-Authorization.
func readAuthorization(p []byte, found func(string)) (open bool) {
	begin, open := fieldBegin(p, len("uthorization"))
	if begin == 0 {
		return open
	}
	p = p[begin:]
	n, open := valueLen(p, unquoted)
	word := strings.TrimRight(string(p[:n]), ".)]}")
	if open || !isScheme(word) || n == len(p) {
		if isMachineMade(word) {
			found(word)
		}
		return open
	}
	p = bytes.TrimPrefix(p[n+blanks(p[n:]):], []byte("token="))
	n, open = valueLen(p, unquoted)
	credentials := strings.TrimRight(string(p[:n]), ".)]}")
	if _, isBasic := readEncoded(credentials); isBasic || !strings.EqualFold(word, "basic") {
		foundCredentials(credentials, found)
	}
	return open || n < len("token=") && n == len(p)
}

// foundCredentials tells of what follows a scheme. Of a Basic one it is base64.
func foundCredentials(credentials string, found func(string)) {
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
	p = p[len(`"auth`):]
	value, open := readSetting(p)
	_, after, _ := bytes.Cut(p, value)
	if _, ok := readLogin(string(value)); ok && !bytes.HasPrefix(after, []byte(`\u`)) { // or it is cut by an escape, and JSON tells
		foundCredentials(string(value), found)
	}
	return open
}

func readTokenField(p []byte, found func(string)) (open bool) {
	n := len("-Token")
	if bytes.EqualFold(p[:len("Api-Key")], []byte("Api-Key")) {
		n = len("Api-Key")
	}
	begin, open := fieldBegin(p, n)
	if begin == 0 {
		return open
	}
	p = p[begin:]
	n, open = valueLen(p, unquoted)
	if token := strings.TrimRight(string(p[:n]), ".)]}"); (strings.ContainsAny(token, digits) || len(token) >= minToken) && !strings.Contains(token, "@") && isPlausible(token) {
		found(token)
	}
	return open
}
