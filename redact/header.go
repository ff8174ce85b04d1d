package redact

import (
	"bytes"
	"net/url"
	"strings"

	"runnertape"
)

// fieldKind is what a header field may hold.
type fieldKind int

const (
	anyText     fieldKind = iota
	framing               // no secret but a token by its form: it must not change even if a variable happens to have the same value
	jobToken              // a token of GitLab's
	credential            // a secret and nothing else
	login                 // Authorization
	cookie                // Cookie, Set-Cookie
	addressText           // URLs, also without scheme and host
)

// fieldKinds are those of names in lower case.
var fieldKinds = map[string]fieldKind{
	"host": framing, "content-type": framing, "content-length": framing, "content-encoding": framing, "content-range": framing,
	"transfer-encoding": framing, "accept": framing, "accept-encoding": framing, "connection": framing, "date": framing, "range": framing,
	"job-token": jobToken, "runner-token": jobToken, "private-token": jobToken,
	"gitlab-workhorse-api-request": credential,
	"authorization":                login, "proxy-authorization": login, "cookie": cookie, "set-cookie": cookie,
	"location": addressText, "content-location": addressText, "referer": addressText, "link": addressText,
}

// kindOf tells what a field of that name may hold. Besides Job-Token, Runner-Token,
// Private-Token and Deploy-Token of GitLab there are X-Vault-Token,
// X-Amz-Security-Token and their like of what job scripts talk to.
func kindOf(name string) fieldKind {
	var room [64]byte // names are short
	lower := append(room[:0], name...)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	if kind, ok := fieldKinds[string(lower)]; ok {
		return kind
	}
	switch {
	case bytes.HasSuffix(lower, []byte("authorization")): // X-Forwarded-Authorization
		return login
	case bytes.HasSuffix(lower, []byte("cookie")):
		return cookie
	case bytes.HasSuffix(lower, []byte("-token")), bytes.HasSuffix(lower, []byte("api-key")), bytes.HasSuffix(lower, []byte("-secret")),
		bytes.HasSuffix(lower, []byte("-password")), bytes.HasSuffix(lower, []byte("-signature")), bytes.HasSuffix(lower, []byte("-jwt")):
		return credential
	}
	return anyText
}

// learnTarget learns what the target of a request declares.
func (r *Redactor) learnTarget(target string) {
	r.learnText(target) // may be a whole URL, or have one in its query
	_, query, _ := strings.Cut(target, "?")
	r.learnQuery(query)
}

// learnHead learns what a header or a trailer declares.
func (r *Redactor) learnHead(h runnertape.Header) {
	for _, f := range h {
		r.learnField(f)
	}
}

// learnField learns the secrets of a header field.
func (r *Redactor) learnField(f runnertape.Field) {
	switch kindOf(f.Name) {
	case jobToken:
		r.learnToken(header, f.Name, f.Value)
	case credential:
		r.learnNamed(header, f.Name, f.Value)
	case login:
		r.learnCredentials(f)
	case cookie:
		for pair := range strings.SplitSeq(f.Value, ";") {
			if value, ok := cookieValue(pair); ok {
				r.learnEscaped(value, url.PathUnescape)
			}
		}
	case addressText:
		r.learnText(f.Value)
		_, query, _ := strings.Cut(f.Value, "?") // without scheme and host too
		query, _, _ = strings.Cut(query, ">")
		r.learnQuery(query)
	}
}

// header is h with stand-ins. It is h itself if there is nothing to replace.
func (r *Redactor) header(h runnertape.Header) runnertape.Header {
	hidden := false // whether a field has to be replaced by its name
	line := r.line[:0]
	for _, f := range h {
		switch kindOf(f.Name) {
		case framing:
			hidden = hidden || r.tokens(f.Value) != f.Value
		case jobToken, credential, login:
			hidden = true
		case addressText:
			hidden = hidden || hasEscapes([]byte(f.Value))
			line = append(append(line, f.Value...), '\n')
		default: // most have no secret: all are looked at together
			line = append(append(line, f.Value...), '\n')
		}
	}
	r.line = line
	found := len(line)-r.first(line) >= minSecret
	if !hidden && !found {
		return h
	}
	out := h.Clone()
	for i, f := range out {
		switch kindOf(f.Name) {
		case framing:
			out[i].Value = r.tokens(f.Value)
		case jobToken, credential:
			out[i].Value = r.standIn(f.Value)
		case login:
			out[i].Value = r.credentials(f.Value)
		case addressText:
			out[i].Value = r.address(f.Value)
		default:
			if found {
				out[i].Value = r.text(f.Value)
			}
		}
	}
	return out
}
