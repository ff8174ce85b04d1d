package main

import (
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
			n, more = decode.CutControlSequence(text)
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
