package redact

import "bytes"

// maxPatternLine bounds what of a line is matched at once, and so what is held back of a stream that
// has no line ends. In a longer line each such piece is matched by itself.
const maxPatternLine = 64 << 10

// learnLine learns what matches a pattern in the next line of t. It is false if that is not
// there yet. Lines are matched one by one, each when all before it is replaced, so that what is known
// where does not depend on how much of the text is there.
func (r *Redactor) learnLine(t *text, final bool) bool {
	rest := t.source()[t.line:]
	end := bytes.IndexByte(rest[:min(len(rest), maxPatternLine)], '\n') + 1
	if end == 0 {
		end = min(len(rest), maxPatternLine)
		if end == 0 || end < maxPatternLine && !final {
			return false
		}
	}
	r.learnMatches(bytes.TrimRight(rest[:end], "\r\n"))
	t.line += end
	return true
}

// learnLinesOf learns what matches a pattern in the lines of a text.
func (r *Redactor) learnLinesOf(p []byte) {
	for t := (text{now: p}); len(r.patterns) > 0 && r.learnLine(&t, true); {
	}
}

// learnMatches learns what matches a pattern in a line.
func (r *Redactor) learnMatches(line []byte) {
	for _, pattern := range r.patterns {
		for _, at := range pattern.FindAllSubmatchIndex(line, -1) {
			if len(at) > 2 && at[2] >= 0 {
				at = at[2:]
			}
			if s := r.known(string(line[at[0]:at[1]])); s != nil {
				r.used(s)
			}
		}
	}
}
