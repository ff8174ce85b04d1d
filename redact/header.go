package redact

import (
	"strings"

	"runnertape"
)

// framing are fields whose value is never a secret, and must not change even if
// a variable happens to have the same one.
var framing = map[string]bool{
	"host": true, "content-type": true, "content-length": true, "content-encoding": true, "content-range": true,
	"transfer-encoding": true, "accept": true, "accept-encoding": true, "connection": true, "date": true, "range": true,
}

// isCredential tells whether a field, in lower case, holds nothing but a secret:
// Job-Token, Runner-Token, Private-Token and Deploy-Token of GitLab, X-Vault-Token,
// X-Amz-Security-Token and their like of what job scripts talk to.
func isCredential(name string) bool {
	return strings.HasSuffix(name, "-token") || strings.HasSuffix(name, "api-key") || name == "gitlab-workhorse-api-request"
}

// learnHead learns what a head declares. The target is "" for responses.
func (r *Redactor) learnHead(target string, h runnertape.Header) {
	_, query, _ := strings.Cut(target, "?")
	r.learnQuery(query)
	for _, f := range h {
		r.learnField(f)
	}
}

// learnField learns the secrets of a header field.
func (r *Redactor) learnField(f runnertape.Field) {
	name := strings.ToLower(f.Name)
	switch {
	case name == "job-token", name == "runner-token", name == "private-token":
		r.learnToken(f.Name, f.Value)
	case isCredential(name):
		r.learnNamed(f.Name, f.Value)
	case name == "authorization", name == "proxy-authorization":
		r.learnCredentials(f)
	case name == "cookie":
		for part := range strings.SplitSeq(f.Value, ";") {
			_, value, _ := strings.Cut(part, "=")
			r.Learn(value)
		}
	case name == "set-cookie":
		pair, _, _ := strings.Cut(f.Value, ";")
		_, value, _ := strings.Cut(pair, "=")
		r.Learn(value)
	case name == "location", name == "content-location", name == "referer", name == "link":
		r.learnText(f.Value)
		_, query, _ := strings.Cut(f.Value, "?") // without scheme and host too
		query, _, _ = strings.Cut(query, ">")
		r.learnQuery(query)
	}
}

// Header is h with stand-ins.
func (r *Redactor) Header(h runnertape.Header) runnertape.Header {
	out := h.Clone()
	for i, f := range out {
		out[i].Value = r.field(f)
	}
	return out
}

// field is the value of f with stand-ins.
func (r *Redactor) field(f runnertape.Field) string {
	name := strings.ToLower(f.Name)
	switch {
	case framing[name]:
		return f.Value
	case isCredential(name):
		return r.StandIn(f.Value)
	case name == "authorization", name == "proxy-authorization":
		return r.credentials(f.Value)
	}
	return r.String(f.Value)
}
