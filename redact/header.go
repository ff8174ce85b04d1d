package redact

import (
	"encoding/base64"
	"strings"

	"runnertape"
)

// framing are fields whose value is never a secret, and must not change even if
// a variable happens to have the same one.
var framing = map[string]bool{
	"host": true, "content-type": true, "content-length": true, "content-encoding": true, "content-range": true,
	"transfer-encoding": true, "accept": true, "accept-encoding": true, "connection": true, "date": true, "range": true,
}

// learnField learns the secret of a header field.
func (r *Redactor) learnField(f runnertape.Field) {
	switch strings.ToLower(f.Name) {
	case "job-token", "runner-token", "private-token", "gitlab-workhorse-api-request", "x-amz-security-token":
		r.Learn(f.Value)
	case "authorization", "proxy-authorization":
		if _, password, ok := basic(f.Value); ok {
			r.Learn(password)
		} else if _, credentials, ok := strings.Cut(f.Value, " "); ok {
			r.Learn(strings.TrimSpace(credentials))
		}
	case "cookie":
		for part := range strings.SplitSeq(f.Value, ";") {
			_, value, _ := strings.Cut(part, "=")
			r.Learn(strings.TrimSpace(value))
		}
	case "set-cookie":
		pair, _, _ := strings.Cut(f.Value, ";")
		_, value, _ := strings.Cut(pair, "=")
		r.Learn(strings.TrimSpace(value))
	case "location", "referer":
		r.learnText(f.Value)
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

// field is the value of f with stand-ins. Where a field holds nothing but a
// secret, also one too short to be replaced elsewhere gets its stand-in.
func (r *Redactor) field(f runnertape.Field) string {
	name := strings.ToLower(f.Name)
	switch {
	case framing[name]:
		return f.Value
	case name == "job-token", name == "runner-token", name == "private-token":
		return r.StandIn(f.Value)
	case name == "authorization", name == "proxy-authorization":
		scheme, credentials, ok := strings.Cut(f.Value, " ")
		if user, password, isBasic := basic(f.Value); isBasic {
			return scheme + " " + base64.StdEncoding.EncodeToString([]byte(user+":"+r.StandIn(password)))
		}
		if ok {
			return scheme + " " + r.StandIn(credentials)
		}
		return r.StandIn(f.Value)
	}
	return r.String(f.Value)
}

// basic reads the credentials of RFC 7617.
func basic(value string) (user, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}
