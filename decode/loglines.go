package decode

import "iter"

// LogLine is a line of a job's log as a person reads it: without the times before lines, control sequences and the
// marks of sections.
type LogLine struct {
	Section string // the outermost one that is open where the line begins, "step_script"; "" outside of all
	Text    string
}

// LogLines are the lines of a log, or of its beginning. A mark ends the line before it, and what a carriage return
// made the next text stand over is not part of a line.
func LogLines(log []byte) iter.Seq[LogLine] {
	return func(yield func(LogLine) bool) {
		var open []string
		var text []byte
		section, begun := "", false
		end := func() bool {
			if !begun {
				return true
			}
			line := LogLine{section, string(text)}
			text, begun = text[:0], false
			return yield(line)
		}
		begin := func() {
			if begun {
				return
			}
			if begun, section = true, ""; len(open) > 0 {
				section = open[0]
			}
		}
		for log = log[stamped(log):]; len(log) > 0; {
			n := 1
			switch c := log[0]; {
			case c == '\n':
				if n, _ = continued(log); n > 0 {
					break
				}
				begin() // an empty line is one too
				if !end() {
					return
				}
				n = 1 + stamped(log[1:])
			case c == esc:
				var more bool
				if n, more = CutControlSequence(log); more {
					n = len(log) // it has no end, as for a terminal
				}
				n = max(n, 1)
			case c == '\r':
				if len(log) > 1 && log[1] != '\n' {
					text = text[:0]
				}
			default:
				if c == sectionWord[0] {
					if m, length, _ := readSectionMark(log); length > 0 {
						if len(text) == 0 {
							begun = false // nothing but what was cut stood before it
						}
						if !end() {
							return
						}
						open = m.in(open)
						n = length
						break
					}
				}
				begin()
				text = append(text, c)
			}
			log = log[n:]
		}
		end()
	}
}

// in is which sections are open behind a mark, of those before it.
func (m sectionMark) in(open []string) []string {
	if !m.end {
		if len(open) < maxSections {
			open = append(open, m.name)
		}
		return open
	}
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == m.name {
			return open[:i]
		}
	}
	return open
}

// stamped is the length of the time that a line begins with, 0 if it begins with none.
func stamped(line []byte) int {
	form := stamp[1:]
	if len(line) < len(form) {
		return 0
	}
	for i := range len(form) - 1 {
		if !stampFits(form[i], line[i]) {
			return 0
		}
	}
	if c := line[len(form)-1]; c != '+' && c != ' ' {
		return 0
	}
	return len(form)
}
