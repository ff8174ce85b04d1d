package redact

import (
	"bytes"
	"strconv"
	"strings"
)

// judgeGit judges what git sends, pkt-lines with or without a pack (gitprotocol-pack(5), gitprotocol-v2(5)). Of an answer
// that goes on without one the last line tells: a list of refs can be longer than what is held.
func judgeGit(head []byte, whole, answer bool) verdict {
	refs, long := false, len(head) >= maxJudged
	for len(head) >= 4 {
		n, err := strconv.ParseUint(string(head[:4]), 16, 16)
		switch {
		case err != nil: // PACK, or no git at all
			return judgeFile("", head, true)
		case n < 4: // a flush or another delimiter
			head = head[4:]
			continue
		}
		line := head[4:min(len(head), int(n))]
		if answer && (len(line) > 0 && line[0] <= 3 || bytes.HasPrefix(line, []byte("packfile"))) { // a side-band, or what announces it
			return opaque
		}
		if len(head) < int(n) {
			break
		}
		refs = isObjectID(line)
		head = head[n:]
	}
	switch {
	case !whole:
		return unknown
	case long && !(answer && refs):
		return opaque
	}
	return readable
}

// isObjectID tells whether a line of git begins with the name of an object.
func isObjectID(line []byte) bool {
	return len(line) > 40 && strings.Trim(string(line[:40]), "0123456789abcdef") == ""
}
