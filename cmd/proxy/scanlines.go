package main

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"runnertape"
	"runnertape/redact"
)

// lines are the numbers of the lines in which leaks of a body begin, from 1. There are none if the body is
// no text.
func (n *scanner) lines(id uint64, side runnertape.Side, leaks []redact.Leak) ([]int64, error) {
	order := make([]int, len(leaks)) // of leaks, by their places
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return leaks[a].At - leaks[b].At })
	body, err := n.src.Body(id, side)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	lines := make([]int64, len(leaks))
	line, read := int64(1), 0
	piece := make([]byte, 64<<10)
	for len(order) > 0 {
		k, err := body.Read(piece)
		if bytes.IndexByte(piece[:k], 0) >= 0 {
			return nil, nil
		}
		counted := 0
		for len(order) > 0 && leaks[order[0]].At <= read+k {
			at := leaks[order[0]].At - read
			line += int64(bytes.Count(piece[counted:at], []byte("\n")))
			lines[order[0]] = line
			counted, order = at, order[1:]
		}
		line += int64(bytes.Count(piece[counted:k], []byte("\n")))
		read += k
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}
