package bare

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// maxBand is how much of a pack a pkt-line of a side band can have (gitprotocol-pack(5)).
const maxBand = 65520 - 5

// reframe copies the answer to a fetch in version 2, with the pack cut into lines that are as long as can be: git cuts it
// as it comes out of a pipe, each time elsewhere. What git tells of its progress is left out.
func reframe(w io.Writer, r io.Reader) error {
	in, out := bufio.NewReaderSize(r, 1<<16), bufio.NewWriterSize(w, 1<<16)
	pack := false
	var open []byte // of the pack, shorter than maxBand
	for {
		head, line, err := pktLine(in)
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			return fmt.Errorf("read git's answer: %w", err)
		}
		switch {
		case pack && len(line) > 0 && line[0] == 1:
			for open = append(open, line[1:]...); len(open) >= maxBand; open = open[:copy(open, open[maxBand:])] {
				writeBand(out, open[:maxBand])
			}
			continue
		case pack && len(line) > 0 && line[0] == 2:
			continue
		case len(open) > 0:
			writeBand(out, open)
			open = open[:0]
		}
		pack = pack || string(line) == "packfile\n"
		out.WriteString(head) // its error comes with Flush
		out.Write(line)
	}
}

func writeBand(out *bufio.Writer, pack []byte) {
	fmt.Fprintf(out, "%04x\x01", len(pack)+5)
	out.Write(pack)
}

// pktLine reads a line with its length before it; flush and delimiter have no more than that.
func pktLine(r *bufio.Reader) (head string, line []byte, err error) {
	var length [4]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return "", nil, err
	}
	n, err := strconv.ParseUint(string(length[:]), 16, 16)
	if err != nil {
		return "", nil, fmt.Errorf("%q is no length of a line", length)
	}
	line = make([]byte, max(n, 4)-4)
	if _, err := io.ReadFull(r, line); err != nil {
		return "", nil, io.ErrUnexpectedEOF
	}
	return string(length[:]), line, nil
}
