package redact

import (
	"net/url"
	"regexp"
	"strings"
)

// signed are the parts of a query that let their bearer in: presigned URLs of
// the object storages, and tokens that GitLab takes from a query or a form
// (gitlab-runner common/buildlogger/internal/urlsanitizer; the storages' own
// documentation).
var signed = map[string]bool{
	"x-amz-signature": true, "x-amz-credential": true, "x-amz-security-token": true,
	"awsaccesskeyid": true, "signature": true, "x-goog-signature": true, "x-goog-credential": true, "sig": true, "googleaccessid": true,
	"jwt": true, "secret": true,
}

// isURL tells whether s is one http or https URL.
func isURL(s string) bool {
	return (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")) && !strings.ContainsAny(s, " \t\r\n")
}

// minSegment is the length from which a piece of a path may be a secret, as the last one
// of a webhook is.
const minSegment = 16

// learnURL learns the secrets of a URL that is one by itself: its password, its
// signature, or else, as of a webhook, what in its path and query looks made up by
// a machine. The paths of APIs and repositories do not. It is false if there are none.
func (r *Redactor) learnURL(s string) bool {
	if r.learnText(s) {
		return true
	}
	_, rest, _ := strings.Cut(s, "://")
	_, rest, _ = strings.Cut(rest, "/")
	found := false
	for piece := range strings.FieldsFuncSeq(rest, func(c rune) bool { return strings.ContainsRune("/?&=#@", c) }) {
		if len(piece) >= minSegment && strings.ContainsAny(piece, digits) {
			found = r.learnEscaped(piece, url.PathUnescape) || found
		}
	}
	return found
}

// learnText learns the URL secrets in any text: userinfo, and signatures. It
// is false if there are none.
func (r *Redactor) learnText(s string) bool {
	found := false
	for {
		_, after, ok := strings.Cut(s, "://")
		if !ok {
			return found
		}
		s = after
		if end := strings.IndexAny(after, " \t\r\n\"'<>`\\"); end >= 0 {
			after = after[:end]
		}
		authority := after
		if end := strings.IndexAny(after, "/?#"); end >= 0 {
			authority = after[:end]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			found = r.learnUserinfo(authority[:at]) || found
		}
		_, query, _ := strings.Cut(after, "?")
		found = r.learnQuery(query) || found
	}
}

// reference is a variable that a script names where a password belongs.
var reference = regexp.MustCompile(`^(\$\w+|\$\{[^}]*\}|\$\([^)]*\)|%\w+%|\$env:\w+)$`)

func (r *Redactor) learnUserinfo(userinfo string) bool {
	user, password, _ := strings.Cut(userinfo, ":")
	if password == "" || notSecret[password] { // https://TOKEN@host, https://TOKEN:x-oauth-basic@host
		password = user
		if !strings.ContainsAny(user, digits) { // ssh://deploy@host
			return false
		}
	}
	if reference.MatchString(password) {
		return true
	}
	return r.learnEscaped(password, url.PathUnescape)
}

// learnQuery learns the secrets of a raw query or of a form.
func (r *Redactor) learnQuery(query string) bool {
	found := false
	for part := range strings.SplitSeq(query, "&") {
		name, raw, ok := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		name = strings.ToLower(name)
		if ok && (signed[name] || isSecretName(name)) {
			raw, _, _ = strings.Cut(raw, "#")
			found = r.learnEscaped(raw, url.QueryUnescape) || found
		}
	}
	return found
}
