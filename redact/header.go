package redact

import (
	"net/url"
	"strings"

	"runnertape"
)

// learnTarget learns what the target of a request declares.
func (r *Redactor) learnTarget(target string) {
	r.learnText(target) // may be a whole URL, or have one in its query
	_, query, _ := strings.Cut(target, "?")
	r.learnQuery(query, isUnset)
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
		r.learnQuery(query, isUnset)
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
