package main

import (
	"bytes"
	"io"

	"runnertape/decode"
)

// newPlainWriter writes a log without control sequences and without the marks of its sections
// (GitLab doc/ci/jobs/job_logs.md). All else stays as it is, the time before each line too.
func newPlainWriter(w io.Writer) *streamFilter {
	return &streamFilter{w: w, next: func(out, text []byte, ends bool) ([]byte, int) {
		n, more := 0, false
		switch text[0] {
		case escape:
			n, more = cutSequence(text)
		case 's':
			n, more = decode.CutSectionMark(text)
		}
		switch {
		case n > 0:
			return out, n
		case more && !ends:
			return out, 0
		case text[0] == escape: // of no sequence
			return out, 1
		}
		end := 1
		for end < len(text) && text[end] != escape && text[end] != 's' {
			end++
		}
		return append(out, text[:end]...), end
	}}
}

// cutSequence is the length of the control sequence that text begins with (ECMA-48 §5.3 to §5.6); 0 if there is none, or not
// all of it yet.
func cutSequence(text []byte) (n int, more bool) {
	if len(text) < 2 {
		return 0, true
	}
	i := 2
	switch c := text[1]; {
	case c == '[': // CSI: parameters, intermediates, one final byte
		for i < len(text) && text[i] >= ' ' && text[i] < '@' {
			i++
		}
		if i < len(text) && (text[i] < '@' || text[i] > '~') {
			return 0, false
		}
	case bytes.IndexByte([]byte("]PX^_"), c) >= 0: // a string, up to ESC \ or BEL
		for i < len(text) && text[i] != '\a' && !(text[i] == '\\' && text[i-1] == escape) {
			i++
		}
	case c >= ' ' && c < '0': // intermediates, one final byte
		for i < len(text) && text[i] >= ' ' && text[i] < '0' {
			i++
		}
	case c >= '0' && c <= '~':
		return 2, false
	default:
		return 0, false
	}
	if i >= len(text) {
		return 0, true
	}
	return i + 1, false
}
