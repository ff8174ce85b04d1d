package redact

import (
	"net/url"
	"strings"

	"runnertape"
)

// Request is one live request under the rules of a recording: what it presents is found as
// it was while recording, and gets the stand-ins it got then. A stand-in that it presents
// stays. It knows the secrets of that one request, and is forgotten with it, so that
// nothing of a live token is left behind. It is used by one goroutine.
type Request struct {
	key    []byte
	target string
	header runnertape.Header
	rules  *Redactor // nil until something is asked of it: most requests never do
}

// NewRequest is a request by its target, which is path and query, and its header. The key is
// the recording's, nil if that has kept its secrets.
func NewRequest(key []byte, target string, h runnertape.Header) *Request {
	return &Request{key: key, target: target, header: h}
}

func (q *Request) redactor() *Redactor {
	if q.rules == nil {
		key := q.key
		if len(key) == 0 {
			key = NewKey() // to show something in place of a secret, which then relates to nothing
		}
		q.rules = New(key)
		q.rules.learnTarget(q.target)
		q.rules.learnHead(q.header)
	}
	return q.rules
}

// LearnBody makes what a JSON body declares secrets of the request too.
func (q *Request) LearnBody(body []byte) { q.redactor().LearnJSON(body) }

// Text is a text that may have secrets of the request in it as it can be shown. Of a long one
// that is the beginning: whoever asks writes it, and what is shown is kept. It is a copy, because
// what is read of a request is mostly a part of all of it.
func (q *Request) Text(s string) string {
	if len(s) < minSecret {
		return strings.Clone(s)
	}
	s = q.redactor().String(s) // all of it: half a secret is not known for one
	if len(s) <= maxText {
		return strings.Clone(s)
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}

// maxText bounds a Text, in bytes.
const maxText = 1 << 10

// Recorded is what a recording made of a value that is a secret: its stand-in, or the value
// itself where secrets were kept.
func (q *Request) Recorded(value string) string {
	if len(q.key) == 0 || value == "" {
		return value
	}
	return q.redactor().StandIn(value)
}

// Target is the request's target as it was recorded.
func (q *Request) Target() string {
	if len(q.key) == 0 {
		return q.target
	}
	return q.redactor().String(q.target)
}

// Credential is the secret by which the request says who asks, as it was recorded; "" if it has none.
func (q *Request) Credential() string { return q.Recorded(Credential(q.target, q.header)) }

// credentialFields are the header fields that tell who asks, in the order in which GitLab looks
// (GitLab lib/gitlab/auth/auth_finders.rb, lib/api/ci/helpers/runner.rb).
var credentialFields = []string{"Job-Token", "Private-Token", "Deploy-Token", "Runner-Token", "Authorization"}

// Credential is the secret by which a request says who asks: a token in a field of its own, the
// password or the bearer's token of Authorization, or a token in the query; "" if it has none.
func Credential(target string, h runnertape.Header) string {
	for _, name := range credentialFields {
		value := h.Get(name)
		if value == "" {
			continue
		}
		if kindOf(name) != login {
			return value
		}
		if b, ok := readBasic(value); ok {
			return b.secret()
		}
		return bare(value)
	}
	_, query, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(query, "&") {
		name, raw, _ := strings.Cut(part, "=")
		if isSecretName(queryName(name)) {
			if value, err := url.QueryUnescape(raw); err == nil {
				return value
			}
		}
	}
	return ""
}

// moments are the parts of a query that say when a URL was signed and for how long; they change
// with the signature (the object storages' own documentation).
var moments = map[string]bool{
	"x-amz-date": true, "x-amz-expires": true, "x-goog-date": true, "x-goog-expires": true, "expires": true,
	"st": true, "se": true, "skt": true, "ske": true,
}

// Anonymous is a target without what its query says of who asks: tokens and signatures. It is
// the same for all who ask for the same thing.
func Anonymous(target string) string {
	path, query, ok := strings.Cut(target, "?")
	if !ok {
		return target
	}
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name = queryName(name); !isSigned(name) && !isSecretName(name) && !moments[name] {
			kept = append(kept, part)
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}

// queryName is the name of a part of a query, in lower case.
func queryName(name string) string {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	return strings.ToLower(name)
}
