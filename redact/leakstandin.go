package redact

import (
	"bytes"
	"net/url"
	"strings"
)

// maxCredential bounds what is looked at from a piece of a credential on.
const maxCredential = 512

// beginsStandIn tells whether text begins with a stand-in of which what was found is the first part only, as the key
// id in the X-Amz-Credential of a recording whose redaction took all of that for the secret.
func (r *Redactor) beginsStandIn(text []byte) bool {
	text = text[:min(len(text), maxCredential)]
	if n := bytes.IndexAny(text, " \t\r\n\"'<>&;,\\"); n >= 0 {
		text = text[:n]
	}
	plain, err := url.QueryUnescape(string(text))
	return r.make.isStandIn(string(text)) || err == nil && r.make.isStandIn(plain)
}

// runsOn tells whether text begins with a stand-in that something else follows without an end between.
func (r *Redactor) runsOn(text string) bool {
	for n := min(len(text), maxCredential); n >= minSecret; n-- {
		if r.make.isStandIn(text[:n]) {
			return true
		}
	}
	return false
}

// IsStandIn tells whether a value that looks random is so because of stand-ins: it is one, also escaped for a URL or in base64, has some
// in it and is nothing beside them, or is a piece of one.
func (r *Redactor) IsStandIn(value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.madeOfStandIns(value)
}

// madeOfStandIns is IsStandIn with the lock held.
func (r *Redactor) madeOfStandIns(value string) bool {
	if r.onlyStandIns(value) {
		return true
	}
	if plain, err := url.QueryUnescape(value); err == nil && plain != value && r.onlyStandIns(plain) {
		return true
	}
	for _, coding := range codings {
		if plain, err := coding.DecodeString(value); err == nil && r.onlyStandIns(string(plain)) {
			return true
		}
	}
	return r.isPiece(value)
}

// isPiece tells whether a text is a piece of a stand-in, as that in which a piece of a trace ends.
func (r *Redactor) isPiece(text string) bool {
	for standIn := range r.standIns {
		if strings.Contains(standIn, text) {
			return true
		}
	}
	return false
}

// maxParts bounds the pieces of a value that are looked at.
const maxParts = 24

// onlyStandIns tells whether nothing random is left of a value without the stand-ins in it.
func (r *Redactor) onlyStandIns(value string) bool {
	var starts, ends []int // where a part may begin or end
	for i := range len(value) + 1 {
		before := i > 0 && alphabet(value[i-1]) != ""
		behind := i < len(value) && alphabet(value[i]) != ""
		if i == 0 || !before && behind {
			starts = append(starts, i)
		}
		if i == len(value) || before && !behind {
			ends = append(ends, i)
		}
	}
	if len(starts) > maxParts {
		return r.make.isStandIn(value)
	}
	rest := value
	found := false
	for _, start := range starts {
		for k := len(ends) - 1; k >= 0 && ends[k]-start >= minSecret; k-- {
			if part := value[start:ends[k]]; strings.Contains(rest, part) && r.make.isStandIn(part) {
				rest, found = strings.ReplaceAll(rest, part, " "), true
				break
			}
		}
	}
	return found && !looksRandom(strings.TrimSpace(rest))
}
