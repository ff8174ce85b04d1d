package main

import (
	"strings"

	"runnertape"
)

// holdsSign is that of lines about what a body holds.
const holdsSign = "* "

// decodedBytes of git's requests are decoded as they are recorded.
const decodedBytes = 4 << 10

// contents are the lines of writeContents, below the message of x.
func (t *teller) contents(x *runnertape.Exchange) error {
	all, err := contentsOf(t.d.src, x)
	if err != nil {
		return err
	}
	write := writeContents
	if t.full {
		write = writeAllContents
	}
	for _, c := range all {
		if c.Git != nil && c.Side == runnertape.RequestSide && x.Request.Body.Bytes <= decodedBytes {
			continue // the message has it
		}
		t.say(holdsSign, bold, "in the "+c.Side.String()+" body")
		var b strings.Builder
		if err := write(&b, "  ", []*jsonContents{c}); err != nil {
			return err
		}
		for line := range strings.Lines(b.String()) {
			t.say(holdsSign, "", strings.TrimSuffix(line, "\n"))
		}
	}
	return nil
}
