package redact

import (
	"net/url"
	"strings"
)

// learnFound learns a value that a cue tells of, as it is spelled in the text; r.mu is held.
func (r *Redactor) learnFound(kind, value string) {
	if known, _ := r.forms.find([]byte(value)); known != nil { // a line of a key, or a short token
		r.declared(known.of)
		return
	}
	plain := foundPlain(kind, value)
	if strings.ContainsAny(plain, " \t\n") { // a text: it hides cues that may tell of what stands elsewhere too
		readCues([]byte(plain), r.learnFound)
	}
	switch {
	case plain == value || r.make.isStandIn(value):
		r.learn(value)
	case kind == kindLogin: // base64 of a password is a spelling of it
		if isCommon(plain) || r.learn(plain) == nil { // it is too short to be known alone
			r.learn(value)
		}
	default:
		r.learnSpelled(value, plain)
	}
}

// foundPlain is the secret in a value that a cue of that kind tells of: of base64 of a login the
// password, of others what they are without a URL's escapes.
func foundPlain(kind, value string) string {
	if kind == kindLogin {
		if login, ok := readLogin(value); ok {
			return login.secret()
		}
	}
	if strings.Contains(value, "%") {
		if plain, err := url.PathUnescape(value); err == nil {
			return plain
		}
	}
	return value
}
