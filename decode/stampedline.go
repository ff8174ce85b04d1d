package decode

import "bytes"

// stamp is what stands before each line since 18.7: the time, two hex digits of the
// stream, what it is, and whether the line goes on from the one before (gitlab-runner
// common/buildlogger/internal/timestamper). 0 is a digit here, f a hex digit.
const stamp = "\n0000-00-00T00:00:00.000000Z ffO+"

// continued is the length of a line end that is none, since the next line goes on,
// with the stamp behind it; 0 if it is a line end. It asks for more if that
// depends on what follows.
func continued(text []byte) (n int, more bool) {
	for i := range len(stamp) {
		if i == len(text) {
			return 0, true
		}
		if !stampFits(stamp[i], text[i]) {
			return 0, false
		}
	}
	return len(stamp), false
}

// stampFits tells whether a byte may stand where the stamp has this one.
func stampFits(want, c byte) bool {
	switch want {
	case '0':
		return isDigit(c)
	case 'f':
		return isDigit(c) || c >= 'a' && c <= 'f'
	case 'O':
		return c == 'O' || c == 'E'
	}
	return c == want
}

// lineEnd is where the first line of text ends, -1 if that is not known yet.
func lineEnd(text []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return -1
		}
		at += i
		n, more := continued(text[at:])
		switch {
		case more:
			return -1
		case n == 0:
			return at
		}
		at += n
	}
}

// plainLine is the first line of text without stamps and control sequences.
func plainLine(text []byte) []byte {
	var plain []byte
	for len(text) > 0 {
		n := 1
		switch text[0] {
		case '\n':
			if n, _ = continued(text); n == 0 {
				return plain
			}
		case esc:
			var more bool
			if n, more = CutControlSequence(text); more {
				return plain
			}
			n = max(n, 1)
		case '\r':
		default:
			plain = append(plain, text[0])
		}
		text = text[n:]
	}
	return plain
}
