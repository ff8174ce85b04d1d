package redact

import (
	"net/url"
	"strings"
)

// signed are the ends of the names, in lower case and without what separates words, of those
// parts of a query that let their bearer in: presigned URLs of S3 (new and old), GCS,
// Azure, CloudFront and their like (gitlab-runner common/buildlogger/internal/urlsanitizer;
// the storages' own documentation). Tokens have telling names.
var signed = []string{"signature", "credential", "accesskeyid", "accessid", "sig"}

func isSigned(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "")
	for _, end := range signed {
		if strings.HasSuffix(name, end) && (end != "sig" || name == end) {
			return true
		}
	}
	return false
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
		userinfo, query := urlParts(after)
		found = r.learnUserinfo(userinfo) || found
		found = r.learnQuery(query, isPlaceholder) || found
	}
}

// urlParts are the userinfo and the query of a URL in a text, which goes on behind its scheme.
func urlParts(after string) (userinfo, query string) {
	if end := strings.IndexAny(after, " \t\r\n\"'<>`\\"); end >= 0 {
		after = after[:end]
	}
	authority := after
	if end := strings.IndexAny(after, "/?#"); end >= 0 {
		authority = after[:end]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		userinfo = authority[:at]
	}
	_, query, _ = strings.Cut(after, "?")
	return userinfo, query
}

// passwordOf is the secret of a userinfo, "" if it has none.
func passwordOf(userinfo string) string {
	user, password, _ := strings.Cut(userinfo, ":")
	if password == "" || notSecret[password] { // https://TOKEN@host, https://TOKEN:x-oauth-basic@host
		if !strings.ContainsAny(user, digits) { // ssh://deploy@host
			return ""
		}
		return user
	}
	return password
}

func (r *Redactor) learnUserinfo(userinfo string) bool {
	password := passwordOf(userinfo)
	switch {
	case password == "":
		return false
	case reference.MatchString(password):
		return true
	case isCommon(password):
		r.note("password of a URL")
		return true
	}
	if r.learnEscaped(password, url.PathUnescape) {
		return true
	}
	r.note("password of a URL")
	return false
}

// learnQuery learns the secrets of a raw query or of a form, but for values that are none.
func (r *Redactor) learnQuery(query string, none func(value string) bool) bool {
	found := false
	eachSigned(query, func(name, raw string) {
		switch {
		case none(raw):
		case !isCommon(raw) && r.learnEscaped(raw, url.QueryUnescape):
			found = true
		case !isKeyID(name): // which is a name: it lets nobody in
			r.note("query " + name)
		}
	})
	return found
}

// eachSigned tells of the parts of a query that let their bearer in, by their names.
func eachSigned(query string, tell func(name, raw string)) {
	for part := range strings.SplitSeq(query, "&") {
		name, raw, ok := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		name = strings.TrimPrefix(name, "amp;") // in HTML
		if !ok || !isSigned(name) && !isSecretName(name) {
			continue
		}
		raw, _, _ = strings.Cut(raw, "#")
		if isKeyID(name) {
			raw = keyOf(raw)
		}
		tell(name, raw)
	}
}

// isKeyID tells whether a part of a query names the key that it was signed with.
func isKeyID(name string) bool {
	return strings.HasSuffix(strings.ToLower(name), "-credential") // X-Amz, X-Goog
}

// keyOf is the key ID of an X-Amz-Credential or an X-Goog-Credential; a date and a region follow it.
func keyOf(credential string) string {
	credential, _, _ = strings.Cut(credential, "/")
	credential, _, _ = strings.Cut(credential, "%2F")
	credential, _, _ = strings.Cut(credential, "%2f")
	return credential
}
