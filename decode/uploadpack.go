package decode

import (
	"strconv"
	"strings"
)

// maxNames bounds the lists of a [GitMessage].
const maxNames = 100

// uploadPack reads the request of a fetch: of version 2 a command, its
// capabilities, a mark and its arguments (gitprotocol-v2(5)); of version 0
// wants, the first with capabilities, and haves (gitprotocol-pack(5)). A body
// that is not whole ends where it was cut.
func (m *GitMessage) uploadPack(body piece, n *notes) {
	arguments := m.Version != 2 // version 0 has nothing else
	if arguments {
		m.Command = "fetch"
	}
	for line, err := range pktLines(body.data) {
		if err != nil {
			body.badLine(err, n)
			return
		}
		s := strings.TrimSuffix(string(line.data), "\n")
		switch {
		case line.kind == pktDelim:
			arguments = true
		case line.kind != pktData:
		case !arguments:
			if command, ok := strings.CutPrefix(s, "command="); ok {
				m.Command = clean(command, 256)
			} else {
				m.Capabilities = some(m.Capabilities, s)
			}
		case !m.argument(s):
			n.gap("request body", "byte "+strconv.Itoa(line.at), line.data)
		}
	}
}

// argument reads one line of a fetch or ls-refs. It is false for one that is not known.
func (m *GitMessage) argument(s string) bool {
	word, rest, _ := strings.Cut(s, " ")
	switch word {
	case "want", "want-ref":
		id, capabilities, _ := strings.Cut(rest, " ")
		m.WantCount++
		m.Wants = some(m.Wants, id)
		for c := range strings.FieldsSeq(capabilities) {
			m.Capabilities = some(m.Capabilities, c)
		}
	case "have":
		m.HaveCount++
	case "shallow":
		m.ShallowCount++
	case "deepen":
		m.Depth, _ = strconv.ParseInt(rest, 10, 64) // 0 if it is none
	case "deepen-since":
		m.DeepenSince = clean(rest, 40)
	case "deepen-not":
		m.DeepenNot = some(m.DeepenNot, rest)
	case "filter":
		m.Filter = clean(rest, 256)
	case "done":
		m.Done = true
	case "ref-prefix":
		m.RefPrefixes = some(m.RefPrefixes, rest)
	case "peel", "symrefs", "unborn", "thin-pack", "no-progress", "include-tag", "ofs-delta", "deepen-relative",
		"sideband-all", "wait-for-done", "size", "oid", "packfile-uris":
		m.Options = some(m.Options, s)
	default:
		return false
	}
	return true
}
