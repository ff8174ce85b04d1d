package decode

import (
	"bytes"
	"strings"
)

// foundURL is where an http URL stands in a text.
type foundURL struct {
	start, colon, host int    // offsets: of the scheme, of "://", of the host after userinfo
	slash              string // how slashes are written: "/" or `\/`
}

// scanURL looks whether the colon at that offset is the one of an http URL.
// Letters and digits before make another scheme of it, but "git+https://" is fine.
func scanURL(body []byte, colon int) (foundURL, bool) {
	u := foundURL{colon: colon}
	after := body[colon+1:]
	switch {
	case bytes.HasPrefix(after, []byte("//")):
		u.slash = "/"
	case bytes.HasPrefix(after, []byte(`\/\/`)):
		u.slash = `\/`
	default:
		return u, false
	}
	u.start = colon - len("http")
	if colon > 0 && body[colon-1]|0x20 == 's' {
		u.start--
	}
	if u.start < 0 || !strings.EqualFold(string(body[u.start:u.start+4]), "http") {
		return u, false
	}
	if u.start > 0 && isAlnum(body[u.start-1]) && !escapeBefore(body, u.start) {
		return u, false
	}
	u.host = colon + 1 + 2*len(u.slash)
	return u, true
}

// escapeBefore tells whether the letter before at is the end of a JSON escape
// like \n or \u0022, and so no part of a word.
func escapeBefore(body []byte, at int) bool {
	if at >= 2 && body[at-2] == '\\' && strings.IndexByte("bfnrt", body[at-1]) >= 0 {
		return true
	}
	return at >= 6 && body[at-6] == '\\' && body[at-5] == 'u'
}

// match tells whether the URL is below b, and where b ends in it. It moves
// host behind userinfo if there is some.
func (u *foundURL) match(body []byte, b base) (end int, ok bool) {
	if !strings.EqualFold(string(body[u.start:u.colon]), b.scheme) {
		return 0, false
	}
	after := u.colon + 1 + 2*len(u.slash)
	if end, ok = matchHost(body, after, u.slash, b); ok {
		u.host = after
		return end, true
	}
	authority := bytes.IndexFunc(body[after:], endsAuthority)
	if authority < 0 {
		authority = len(body) - after
	}
	at := bytes.LastIndexByte(body[after:after+authority], '@')
	if at < 0 {
		return 0, false
	}
	u.host = after + at + 1
	return matchHost(body, u.host, u.slash, b)
}

// endsAuthority are the bytes that stand neither in userinfo nor in a host.
func endsAuthority(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`/\?#"<>^{|}`+"`", r)
}

// matchHost tells whether host, port and prefix of b stand at that offset, and end there.
func matchHost(body []byte, at int, slash string, b base) (end int, ok bool) {
	if len(body)-at < len(b.host) || !strings.EqualFold(string(body[at:at+len(b.host)]), b.host) {
		return 0, false
	}
	at += len(b.host)
	for _, own := range []struct{ scheme, port string }{{"http", ":80"}, {"https", ":443"}} {
		if b.scheme == own.scheme && bytes.HasPrefix(body[at:], []byte(own.port)) && !goesOn(body[at+len(own.port):]) {
			at += len(own.port)
		}
	}
	if goesOn(body[at:]) {
		return 0, false
	}
	if b.prefix == "" {
		return at, true
	}
	prefix := strings.ReplaceAll(b.prefix, "/", slash)
	if !bytes.HasPrefix(body[at:], []byte(prefix)) || goesOn(body[at+len(prefix):]) {
		return 0, false
	}
	return at + len(prefix), true
}

// goesOn tells whether a name that ended before rest in truth goes on in it. A
// full stop or a colon may also be the sentence's.
func goesOn(rest []byte) bool {
	if len(rest) == 0 {
		return false
	}
	switch c := rest[0]; {
	case isAlnum(c), c >= 0x80, strings.IndexByte("-_~%@", c) >= 0:
		return true
	case c == '.' || c == ':':
		return len(rest) > 1 && (isAlnum(rest[1]) || rest[1] >= 0x80 || strings.IndexByte("-_", rest[1]) >= 0)
	}
	return false
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
