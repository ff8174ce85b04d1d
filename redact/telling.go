package redact

import (
	"regexp"
	"strings"
)

// This file tells by a name that its value is a secret, and by a value that it is none.

// tellingEnds are the ends of names, in lower case and without what separates words,
// whose value is a secret wherever they stand in what runners, GitLab and job scripts say:
// CI_JOB_TOKEN, accessToken, client-secret, identitytoken of a docker login, access_key of
// Akeyless (GitLab lib/api/entities/ci/job_request), client-key-data of a kubeconfig.
var tellingEnds = []string{
	"token", "password", "passwd", "passphrase", "secret", "secretid", "jwt", "authorization",
	"apikey", "accesskey", "accesskeyid", "accessid", "secretkey", "privatekey", "encryptionkey", "accountkey", "keydata",
}

// isSecretName tells that the value of a JSON key, a parameter or a variable of that name is a secret.
func isSecretName(name string) bool {
	for _, end := range tellingEnds {
		if endsIn(name, end) {
			return true
		}
	}
	for _, end := range []string{"pass", "pwd"} { // but not bypass
		n := len(name) - len(end)
		if n >= 0 && strings.EqualFold(name[n:], end) && (n == 0 || name[n-1] == '_' || name[n-1] == '-') {
			return true
		}
	}
	return false
}

// endsIn compares letters and digits only, in lower case.
func endsIn(name, end string) bool {
	i := len(end)
	for k := len(name) - 1; k >= 0 && i > 0; k-- {
		if alphabet(name[k]) == "" {
			continue
		}
		if i--; name[k]|0x20 != end[i] { // digits have that bit
			return false
		}
	}
	return i == 0
}

// word is a value that is no secret by the look of it, and whose replacement
// would change unrelated text: one word, or a number.
var word = regexp.MustCompile(`^([a-z]+|[A-Z]+|[A-Z][a-z]+|[0-9]{1,11})$`)

// maxWord is the length up to which letters alone are taken for a word.
const maxWord = 15

// isCommon tells that a value is too common to be replaced wherever it stands: a word,
// as the password of postgres://postgres:postgres@db, or a sentence, as in {"token":"is missing"}.
func isCommon(value string) bool {
	return len(value) <= maxWord && word.MatchString(value) ||
		strings.Contains(value, " ") && !strings.ContainsAny(value, digits)
}

// reference is a variable that a script names where a password belongs.
var reference = regexp.MustCompile(`^(\$\w+|\$\{[^}]*\}|\$\([^)]*\)|%\w+%|\$env:\w+)$`)

// isPlaceholder tells of what documentation, templates and masks put where a secret belongs. It may be cut short by
// what ends a value.
func isPlaceholder(value string) bool {
	if value == "" || strings.IndexByte("<[{$", value[0]) >= 0 || value[0] == '%' && (!beginsEscaped(value) || reference.MatchString(value)) {
		return true
	}
	for _, word := range []string{"your", "my", "the"} {
		if n := len(word); len(value) > n && strings.EqualFold(value[:n], word) && strings.IndexByte("-_ ", value[n]) >= 0 {
			return true
		}
	}
	for _, part := range []string{"${", "$(", "{{", "***", "..."} {
		if strings.Contains(value, part) {
			return true
		}
	}
	call, rest, isCall := strings.Cut(value, "(") // getToken()
	return isCall && strings.Trim(rest, ")") == "" && strings.IndexFunc(call, func(c rune) bool { return c >= 128 || !isNameByte(byte(c)) }) < 0
}

// beginsEscaped tells of a value of a URL that begins with a sign.
func beginsEscaped(value string) bool {
	return len(value) > 2 && value[0] == '%' && hexDigit(value[1]) >= 0 && hexDigit(value[2]) >= 0
}

// isUnset tells of a value that was sent, in a target or a form, that a script did not fill in, or that was masked.
func isUnset(value string) bool {
	return value == "" || notSecret[value] || reference.MatchString(value) || strings.Trim(value, "*") == ""
}

// isPlausible tells that a value that stands in running text where a secret belongs is one.
func isPlausible(value string) bool {
	return len(value) >= minSecret && len(value) <= maxToken && fits(value) &&
		!notSecret[value] && !isCommon(value) && !isPlaceholder(value)
}

// isNatural tells of a piece of a name that people make: a word, also joined as in camelCase, with a number
// of up to three digits behind or before it; a number; a letter.
func isNatural(piece string) bool {
	const short = 3
	rest := strings.TrimLeft(strings.TrimPrefix(piece, "v"), digits) // 12, v1, 2b
	if n := len(piece) - len(rest); len(rest) == 0 || len(piece) == 1 || n > 1 && len(rest) == 1 && 'a' <= rest[0] && rest[0] <= 'z' {
		return true
	}
	word := strings.TrimLeft(piece, digits)
	begins := len(piece) - len(word)
	word = strings.TrimRight(word, digits)
	if ends := len(piece) - begins - len(word); begins > short || ends > short {
		return false
	}
	for i := 0; i < len(word); {
		lower := 0
		for ; i < len(word) && 'a' <= word[i] && word[i] <= 'z'; i++ {
			lower++
		}
		if lower == 1 {
			return false
		}
		for ; i < len(word) && 'A' <= word[i] && word[i] <= 'Z'; i++ {
			lower = 2
		}
		if lower == 0 {
			return false
		}
	}
	return true
}

// isMachineMade tells that a value looks made by a machine, or by a person who wants it
// hard to guess: not like a name, a path, a version or a date. A name that tells of a secret is not
// enough in a job's log, where each tool writes what it likes.
func isMachineMade(value string) bool {
	switch {
	case len(value) < minSecret || !strings.ContainsAny(value, digits) || strings.TrimSpace(value) != value:
		return false
	case strings.Contains(value, "://") || strings.IndexByte("/~.*", value[0]) >= 0 || strings.ContainsAny(value, "`\""):
		return false
	}
	for piece := range strings.FieldsFuncSeq(value, func(c rune) bool { return strings.ContainsRune("-_./:@+\\,=", c) }) {
		if !isNatural(piece) {
			return isPlausible(value)
		}
	}
	return false
}
