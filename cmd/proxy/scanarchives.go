package main

import (
	"fmt"
	"io"

	"runnertape"
	"runnertape/redact"
)

// archive looks into the files of an archive that a body is, or holds. What cannot be unpacked is said.
func (n *scanner) archive(x *runnertape.Exchange, side runnertape.Side, place leakPlace) error {
	room := make([]byte, 32<<10)
	body := place.Part
	faults, err := eachFile(n.src, x, side, func(name string, r io.Reader) error {
		place.Part = fmt.Sprintf("%s, file %q", body, name)
		found := func(l redact.Leak) { n.leaks.add(l, place) }
		s, behind := n.secrets.NewLeakStream(found), n.behind.NewStream(found)
		io.CopyBuffer(io.MultiWriter(s, behind), &stoppableReader{r, n.done}, room) // an error of unpacking is one of the faults
		s.End()
		behind.End()
		if n.done.Err() != nil {
			return errInterrupted
		}
		return nil
	})
	for _, fault := range faults {
		n.log.Warn(fmt.Sprintf("exchange %d: not all of an archive was looked into: %s", x.ID, fault))
	}
	return err
}
