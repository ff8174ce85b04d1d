package redact

import "strings"

// fieldKind is what a header field may hold.
type fieldKind uint8

const (
	anyText     fieldKind = iota
	framing               // no secret but a token by its form: it must not change even if a variable happens to have the same value
	jobToken              // a token of GitLab's
	credential            // a secret and nothing else
	login                 // Authorization
	cookie                // Cookie, Set-Cookie
	addressText           // URLs, also without scheme and host
)

// namedKind is the kind of fields of that name, or whose name ends so.
type namedKind struct {
	name string // in lower case
	kind fieldKind
}

var fieldKinds = []namedKind{
	{"host", framing},
	{"content-type", framing},
	{"content-length", framing},
	{"content-encoding", framing},
	{"content-range", framing},
	{"transfer-encoding", framing},
	{"accept", framing},
	{"accept-encoding", framing},
	{"connection", framing},
	{"date", framing},
	{"range", framing},
	{"job-token", jobToken},
	{"runner-token", jobToken},
	{"private-token", jobToken},
	{"gitlab-workhorse-api-request", credential},
	{"location", addressText},
	{"content-location", addressText},
	{"referer", addressText},
	{"link", addressText},
}

// fieldEnds are for X-Forwarded-Authorization, Set-Cookie, Deploy-Token of GitLab, X-Vault-Token,
// X-Amz-Security-Token and their like of what job scripts talk to.
var fieldEnds = []namedKind{
	{"authorization", login},
	{"cookie", cookie},
	{"-token", credential},
	{"api-key", credential},
	{"-secret", credential},
	{"-password", credential},
	{"-signature", credential},
	{"-jwt", credential},
}

// byLength and byLast find the few of both lists that a name may be, by its length and its last letter: this
// is asked of each field of each exchange, most of which are none of them.
var byLength, byLast = func() (byLength, byLast [32][]namedKind) {
	for _, k := range fieldKinds {
		n := len(k.name) & 31
		byLength[n] = append(byLength[n], k)
	}
	for _, k := range fieldEnds {
		c := k.name[len(k.name)-1] & 31
		byLast[c] = append(byLast[c], k)
	}
	return byLength, byLast
}()

// kindOf tells what a field of that name may hold.
func kindOf(name string) fieldKind {
	n := len(name)
	if n == 0 {
		return anyText
	}
	first, last := name[0]|0x20, name[n-1]|0x20
	for _, k := range byLength[n&31] {
		if k.name[0] == first && strings.EqualFold(k.name, name) {
			return k.kind
		}
	}
	for _, k := range byLast[last&31] {
		if at := n - len(k.name); at >= 0 && strings.EqualFold(k.name, name[at:]) {
			return k.kind
		}
	}
	return anyText
}
