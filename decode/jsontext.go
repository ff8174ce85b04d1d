package decode

import "bytes"

// This file reads the strings, words and numbers of a [tree] (RFC 8259 §6, §7).

// str reads a string from its first quote on.
func (t *tree) str(at int) (end int, plain, ok bool) {
	plain = true
	for i := at + 1; i < len(t.text); i++ {
		switch c := t.text[i]; {
		case c == '"':
			return i + 1, plain, true
		case c < ' ':
			return i, false, false
		case c >= 0x80:
			plain = false
		case c == '\\':
			plain = false
			i++
			if i >= len(t.text) {
				return i, false, false
			}
			if t.text[i] == 'u' {
				if len(t.text)-i < 5 || !isHex(t.text[i+1:i+5]) {
					return i, false, false
				}
				i += 4
			} else if bytes.IndexByte([]byte(`"\/bfnrt`), t.text[i]) < 0 {
				return i, false, false
			}
		}
	}
	return len(t.text), false, false
}

func isHex(s []byte) bool {
	for _, c := range s {
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

func (t *tree) word(at int, word string) (end int, ok bool) {
	if !bytes.HasPrefix(t.text[at:], []byte(word)) {
		return at, false
	}
	return at + len(word), true
}

// num reads a number (RFC 8259 §6).
func (t *tree) num(at int) (end int, ok bool) {
	s := t.text
	digits := func() bool {
		from := at
		for at < len(s) && s[at] >= '0' && s[at] <= '9' {
			at++
		}
		return at > from
	}
	if at < len(s) && s[at] == '-' {
		at++
	}
	if at < len(s) && s[at] == '0' {
		at++
	} else if !digits() {
		return at, false
	}
	if at < len(s) && s[at] == '.' {
		if at++; !digits() {
			return at, false
		}
	}
	if at < len(s) && s[at]|0x20 == 'e' {
		if at++; at < len(s) && (s[at] == '+' || s[at] == '-') {
			at++
		}
		if !digits() {
			return at, false
		}
	}
	return at, true
}
