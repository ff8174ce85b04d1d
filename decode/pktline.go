package decode

import (
	"fmt"
	"iter"
	"strconv"
)

// pkt is one pkt-line: data, or one of git's marks.
type pkt struct {
	kind pktKind
	at   int    // where it begins
	data []byte // without the length; only of pktData
}

type pktKind uint8

const (
	pktData  pktKind = iota
	pktFlush         // 0000
	pktDelim         // 0001, between a command's capabilities and arguments
	pktEnd           // 0002
)

// pktLines reads git's framing (gitprotocol-common(5)): 4 hex digits of length,
// themselves counted, then data. It ends with the data, or with an error where
// they cannot be read on, with which comes where; of a line that is cut there is nothing.
func pktLines(data []byte) iter.Seq2[pkt, error] {
	return func(yield func(pkt, error) bool) {
		for at := 0; at < len(data); {
			rest := data[at:]
			if len(rest) < 4 {
				yield(pkt{at: at}, fmt.Errorf("pkt-line at byte %d is cut", at))
				return
			}
			size, err := strconv.ParseUint(string(rest[:4]), 16, 16)
			switch {
			case err != nil || size == 3:
				yield(pkt{at: at}, fmt.Errorf("no pkt-line at byte %d", at))
				return
			case size < 3:
				if !yield(pkt{kind: pktKind(size + 1), at: at}, nil) {
					return
				}
				at += 4
				continue
			case int(size) > len(rest):
				yield(pkt{at: at}, fmt.Errorf("pkt-line at byte %d is cut", at))
				return
			}
			if !yield(pkt{at: at, data: rest[4:size]}, nil) {
				return
			}
			at += int(size)
		}
	}
}
