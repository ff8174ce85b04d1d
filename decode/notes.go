package decode

import (
	"fmt"
	"strings"

	"runnertape"
)

// Bounds of what one message says beside itself.
const (
	maxFaults  = 20
	maxGaps    = 50
	maxWrong   = 100     // type mismatches that are looked at for [RequestJobMessage.Lost]
	maxGapText = 200     // bytes of a gap's name and of its value
	maxItems   = 100_000 // elements of arrays and entries of maps that are read of one body
)

// notes collects what is said beside a message: faults and gaps.
type notes struct {
	faults   []string
	gaps     []Gap
	moreGaps int
	where    string  // what the JSON that is being read is of
	wrong    []wrong // values the runner would not have taken
	options  []wrong // executor_opts that are there, with the versions that know them
	items    int     // elements and entries read of the JSON so far
	broke    bool    // it breaks off
}

// wrong is a value of a type that the runner does not take there.
type wrong struct {
	text         string
	since, until string // runner versions that read the field; empty for no bound
}

func (n *notes) fault(format string, args ...any) {
	switch {
	case len(n.faults) < maxFaults:
		n.faults = append(n.faults, fmt.Sprintf(format, args...))
	case len(n.faults) == maxFaults:
		n.faults = append(n.faults, "and more")
	}
}

// mind notes a value that runners of some versions do not take, though it is understood.
func (n *notes) mind(at *place, since, until, what string) {
	if len(n.wrong) < maxWrong {
		n.wrong = append(n.wrong, wrong{at.String() + ": " + what, since, until})
	}
}

// mismatch is a fault that the runner minds too.
func (n *notes) mismatch(at *place, format string, args ...any) {
	if len(n.faults) > maxFaults && len(n.wrong) >= maxWrong {
		return
	}
	text := at.String() + ": " + fmt.Sprintf(format, args...)
	n.fault("%s", text)
	if len(n.wrong) < maxWrong {
		since, until := at.versions()
		n.wrong = append(n.wrong, wrong{text, since, until})
	}
}

// gap notes something that no field holds.
func (n *notes) gap(where, name string, value []byte) {
	if len(n.gaps) >= maxGaps {
		n.moreGaps++
		return
	}
	if len(value) > maxGapText+1 {
		value = value[:maxGapText+1] // clean says that there was more
	}
	n.gaps = append(n.gaps, Gap{Where: where, Name: clean(name, maxGapText), Value: clean(string(value), maxGapText)})
}

// gapAt is a gap in the JSON that is being read.
func (n *notes) gapAt(at *place, value []byte) {
	if len(n.gaps) >= maxGaps {
		n.moreGaps++
		return
	}
	name := at.String()
	if secretKey(name) || secretKey(name[strings.LastIndexByte(name, '.')+1:]) || secretWord(string(value[:min(len(value), maxGapText)])) {
		value = nil // a newer GitLab may have secrets we do not know of; one copy of them is enough
	}
	n.gap(n.where, name, value)
}

// body reads a JSON body into the struct v points to, and tells whether it was
// an object, be it only the beginning of one. Empty is not a fault of its own:
// many requests have no body, and some never got to send it (runners 12.8 to
// 17.9 announce one and send none when they repeat a request after 429).
func (n *notes) body(side string, h runnertape.Header, wire runnertape.Body, body []byte, v any) bool {
	if len(body) == 0 {
		if wire.Rewritten && wire.Bytes > 0 {
			n.fault("%s: body of %s was not kept, since it could not be looked into", side, sized(wire.Bytes))
		}
		return false
	}
	plain, err := Plain(h, body, MaxMessage)
	if err != nil {
		n.fault("%s: %s", side, err)
	}
	if !wire.Rewritten && int64(len(body)) < wire.Bytes {
		n.fault("%s: only the first %d of %d bytes were read", side, len(body), wire.Bytes)
	}
	n.where = side + " body"
	if err := n.object(plain, v); err != nil {
		n.fault("%s: %s", side, err)
		return false
	}
	return true
}
