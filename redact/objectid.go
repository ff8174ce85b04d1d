package redact

import "strings"

// Names of objects are not replaced in what git says: the contents of packs, which are what the names are made of,
// cannot be either, and a git that is given another name, or one with letters beyond f, ends at once.

// minObjectID is the length of a name with SHA-1, and maxObjectID is that of one with SHA-256 and of the length of its
// line before it (gitprotocol-common(5)).
const (
	minObjectID = 40
	maxObjectID = 64 + 4
)

// isGit tells what git says over HTTP (gitprotocol-http(5)).
func isGit(contentType string) bool {
	return strings.HasPrefix(strings.ToLower(contentType), "application/x-git-")
}

// inObjectID tells whether p[from:to] is in the name of an object. Open tells that it depends on what follows p.
func inObjectID(p []byte, from, to int) (is, open bool) {
	for _, c := range p[from:to] {
		if !isHex(c) {
			return false, false
		}
	}
	begin, end := from, to
	for begin > 0 && from-begin < maxObjectID && isHex(p[begin-1]) {
		begin--
	}
	for end < len(p) && end-to < maxObjectID && isHex(p[end]) {
		end++
	}
	return end-begin >= minObjectID, end == len(p) && end-begin < minObjectID
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }
