package redact

import (
	"encoding/json"
	"fmt"
)

// note is what a recording has of secrets that showed themselves late, until they are replaced everywhere: their
// stand-ins, by which they are found again if the recorder is killed. It tells no more of them than the recording does.
type note struct {
	StandIns []string        `json:"stand_ins"`
	size     int             // bytes of them
	has      map[string]bool // the same
}

// maxNoted bounds a note; what would go beyond it is left out.
const maxNoted = 1 << 20 // bytes

func (n *note) add(secrets []*secret) {
	for _, s := range secrets {
		n.addStandIn(s.standIn)
	}
}

func (n *note) addStandIn(standIn string) {
	if n.has[standIn] || n.size+len(standIn) > maxNoted {
		return
	}
	if n.has == nil {
		n.has = map[string]bool{}
	}
	n.has[standIn] = true
	n.StandIns, n.size = append(n.StandIns, standIn), n.size+len(standIn)
}

func (n *note) text() []byte {
	text, err := json.Marshal(n)
	if err != nil { // not possible for strings
		return []byte("{}")
	}
	return text
}

func readNote(text []byte) (n note, err error) {
	var read note
	if err = json.Unmarshal(text, &read); err != nil {
		return n, fmt.Errorf("read the recording's note of secrets to look for: %w", err)
	}
	for _, standIn := range read.StandIns {
		n.addStandIn(standIn)
	}
	return n, nil
}
