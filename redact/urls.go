package redact

import (
	"net/url"
	"strings"
)

// signed are the parts of a query that let their bearer in: presigned URLs of
// the object storages, and tokens that GitLab takes from a query (gitlab-runner
// common/buildlogger/internal/urlsanitizer; the storages' own documentation).
var signed = map[string]bool{
	"x-amz-signature": true, "x-amz-credential": true, "x-amz-security-token": true,
	"awsaccesskeyid": true, "signature": true, "x-goog-signature": true, "x-goog-credential": true, "sig": true, "googleaccessid": true,
	"token": true, "private_token": true, "job_token": true, "access_token": true, "authenticity_token": true, "rss_token": true, "feed_token": true,
}

// isURL tells whether s is one http or https URL.
func isURL(s string) bool {
	return (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")) && !strings.ContainsAny(s, " \t\r\n")
}

// learnURL learns the secrets of a URL that is one by itself: its password, its
// signature, and, where the whole URL is the secret (a webhook), its path.
func (r *Redactor) learnURL(s string) {
	u, err := url.Parse(s)
	if err != nil {
		return
	}
	if r.learnUserinfo(u.User) {
		return
	}
	if r.learnQuery(u.RawQuery) {
		return
	}
	if path := strings.Trim(u.RequestURI(), "/"); len(path) >= 2*minSecret && strings.ContainsAny(path, "0123456789") {
		r.Learn(path)
	}
}

// learnText learns the URL secrets in any text: userinfo, and signatures.
func (r *Redactor) learnText(s string) {
	for rest := s; ; {
		_, after, ok := strings.Cut(rest, "://")
		if !ok {
			return
		}
		rest = after
		end := strings.IndexAny(after, " \t\r\n\"'<>`|;()")
		if end < 0 {
			end = len(after)
		}
		u, err := url.Parse("x://" + after[:end])
		if err != nil {
			continue
		}
		r.learnUserinfo(u.User)
		r.learnQuery(u.RawQuery)
	}
}

func (r *Redactor) learnUserinfo(user *url.Userinfo) bool {
	if user == nil {
		return false
	}
	password, ok := user.Password()
	if !ok { // https://TOKEN@host
		password = user.Username()
	}
	if notSecret[password] || strings.HasPrefix(password, "$") {
		return true // a script that names the variable
	}
	return r.Learn(password)
}

// learnQuery learns by the raw query, so that the spelling in it is known as well.
func (r *Redactor) learnQuery(query string) bool {
	found := false
	for part := range strings.SplitSeq(query, "&") {
		name, raw, ok := strings.Cut(part, "=")
		if !ok || !signed[strings.ToLower(name)] {
			continue
		}
		value, err := url.QueryUnescape(raw)
		if err != nil {
			value = raw
		}
		found = r.Learn(value) || found
	}
	return found
}
