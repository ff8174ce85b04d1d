package replay

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// tracelog is what is kept of the trace that one runner sends for one job: its
// size and checksum, not its text. The zero value is the empty trace.
type tracelog struct {
	size int64  // bytes appended
	sum  uint32 // CRC-32 (IEEE) of them, as runners compute it
}

// verdict is what the append rule says of a patch.
type verdict int

const (
	refused  verdict = iota // 416: it does not fit; the runner goes on where our trace ends
	repeated                // 202: the very end that we hold, sent again
	appended                // 202: it continues the trace
)

// judge applies GitLab's append rule to a patch of n bytes at offset start: it
// is appended only where the trace ends, and accepted if afterwards the trace
// ends where the patch does. The end in Content-Range counts for nothing.
//
// GitLab lib/gitlab/ci/trace.rb append, app/services/ci/append_build_trace_service.rb
func (t *tracelog) judge(start, n int64) verdict {
	switch t.size {
	case start:
		return appended
	case start + n:
		return repeated
	}
	return refused
}

// add appends what judge let pass.
func (t *tracelog) add(p []byte) {
	t.size += int64(len(p))
	t.sum = crc32.Update(t.sum, crc32.IEEETable, p)
}

// checksum is the sum in the words of the final update.
//
// gitlab-runner helpers/trace/buffer.go Checksum
func (t *tracelog) checksum() string { return fmt.Sprintf("crc32:%08x", t.sum) }

// rangeValue is the value of Range in an answer: the size held, an exclusive
// end, unlike any other Range.
func (t *tracelog) rangeValue() string { return "0-" + strconv.FormatInt(t.size, 10) }

// patchStart reads the start out of a patch's Content-Range, "<start>-<end>" with no unit and no total, as the server does: it
// looks at what stands before the first dash only, and takes of that the digits at its beginning, none for 0. The remark says
// what a runner would not have sent; "" if nothing.
//
// gitlab-runner network/gitlab.go PatchTrace; GitLab app/services/ci/append_build_trace_service.rb
func patchStart(contentRange string) (start int64, remark string) {
	first, _, dash := strings.Cut(contentRange, "-")
	digits := strings.TrimPrefix(strings.TrimSpace(first), "+")
	if end := strings.IndexFunc(digits, func(c rune) bool { return c < '0' || c > '9' }); end >= 0 {
		digits = digits[:end]
	}
	start, err := strconv.ParseInt(digits, 10, 64) // what is beyond all traces fits none
	if digits != first || !dash || err != nil {
		remark = fmt.Sprintf("Content-Range %q is not <start>-<end>: taken for one from %d", contentRange, start)
	}
	return start, remark
}
