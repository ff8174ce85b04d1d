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
func (m *GitMessage) uploadPack(body []byte, whole bool, f *faults) {
	arguments := m.Version != 2 // version 0 has nothing else
	if arguments {
		m.Command = "fetch"
	}
	for line, err := range pktLines(body) {
		if err != nil {
			if whole {
				f.add("request: %s", err)
			}
			return
		}
		s := strings.TrimSuffix(string(line.data), "\n")
		switch {
		case line.kind == pktDelim:
			arguments = true
		case line.kind != pktData:
		case !arguments:
			if command, ok := strings.CutPrefix(s, "command="); ok {
				m.Command = command
			} else {
				m.capability(s)
			}
		default:
			m.argument(s)
		}
	}
}

// argument reads one line of a fetch or ls-refs.
func (m *GitMessage) argument(s string) {
	word, rest, _ := strings.Cut(s, " ")
	switch word {
	case "want", "want-ref":
		id, capabilities, _ := strings.Cut(rest, " ")
		m.WantCount++
		if len(m.Wants) < maxNames {
			m.Wants = append(m.Wants, clean(id, 256))
		}
		for c := range strings.FieldsSeq(capabilities) {
			m.capability(c)
		}
	case "have":
		m.HaveCount++
	case "deepen":
		m.Depth, _ = strconv.ParseInt(rest, 10, 64) // 0 if it is none
	case "done":
		m.Done = true
	case "ref-prefix":
		if len(m.RefPrefixes) < maxNames {
			m.RefPrefixes = append(m.RefPrefixes, clean(rest, 256))
		}
	}
}

func (m *GitMessage) capability(s string) {
	if len(m.Capabilities) < maxNames {
		m.Capabilities = append(m.Capabilities, clean(s, 256))
	}
}
