package decode

import "bytes"

const esc = 0x1b

// CutControlSequence is the length of the control sequence that text begins with (ECMA-48 §5.3 to §5.6), whose
// first byte is ESC; 0 if there is none. It asks for more text if that depends on what follows.
func CutControlSequence(text []byte) (n int, more bool) {
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
		for i < len(text) && text[i] != '\a' && !(text[i] == '\\' && text[i-1] == esc) {
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
