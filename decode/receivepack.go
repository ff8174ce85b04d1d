package decode

import (
	"bytes"
	"strings"
)

// RefUpdate is one ref that a push wants to change (gitprotocol-pack(5)).
type RefUpdate struct {
	Ref string `json:"ref"` // "refs/heads/main"
	Old string `json:"old"` // commit it names now; zeros: it is new
	New string `json:"new"` // commit it shall name; zeros: it goes
}

// receivePack reads the request of a push: commands, the first with capabilities,
// then perhaps push options, then the pack.
func (m *GitMessage) receivePack(body piece, n *notes) {
	m.Command = "push"
	options := false
	for line, err := range pktLines(body.data) {
		switch {
		case err != nil && len(body.data) > 0:
			body.badLine(err, n)
			return
		case line.kind == pktData && !options:
			m.command(string(line.data))
			continue
		case line.kind == pktData:
			m.PushOptions = some(m.PushOptions, strings.TrimSuffix(string(line.data), "\n"))
			continue
		}
		rest := body.data[line.at+4:]
		if !options && !bytes.HasPrefix(rest, []byte(packMagic)) && m.offers("push-options") {
			options = true
			continue
		}
		m.RequestPack = packHead(rest)
		return
	}
}

// command reads "OLD NEW REF", after a zero byte capabilities.
func (m *GitMessage) command(s string) {
	s, capabilities, _ := strings.Cut(strings.TrimSuffix(s, "\n"), "\x00")
	for c := range strings.FieldsSeq(capabilities) {
		m.Capabilities = some(m.Capabilities, c)
	}
	if strings.HasPrefix(s, "shallow ") {
		m.ShallowCount++
		return
	}
	m.UpdateCount++
	if words := strings.SplitN(s, " ", 3); len(words) == 3 && len(m.Updates) < maxNames {
		m.Updates = append(m.Updates, RefUpdate{Old: clean(words[0], 64), New: clean(words[1], 64), Ref: clean(words[2], 256)})
	}
}

// offers tells whether the client named that capability.
func (m *GitMessage) offers(capability string) bool {
	for _, c := range m.Capabilities {
		if c == capability {
			return true
		}
	}
	return false
}
