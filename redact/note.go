package redact

import (
	"encoding/json"
	"fmt"
)

// note is what a recording has of secrets that showed themselves late, until they are replaced everywhere: their
// stand-ins, by which they are found again if the recorder is killed. It tells no more of them than the recording does.
type note struct {
	StandIns []string `json:"stand_ins"`
}

// maxNoted bounds a note; beyond it, the secrets that are the longest are not in it.
const maxNoted = 1 << 20 // bytes

func (n *note) add(secrets []*secret) {
	size := 0
	for _, standIn := range n.StandIns {
		size += len(standIn)
	}
	for _, s := range secrets {
		if size += len(s.standIn); size > maxNoted {
			return
		}
		n.StandIns = append(n.StandIns, s.standIn)
	}
}

func (n *note) text() []byte {
	text, err := json.Marshal(n)
	if err != nil { // not possible for strings
		return []byte("{}")
	}
	return text
}

func readNote(text []byte) (n note, err error) {
	if err = json.Unmarshal(text, &n); err != nil {
		err = fmt.Errorf("read the recording's note of secrets to look for: %w", err)
	}
	return n, err
}
