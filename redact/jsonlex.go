package redact

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// lexer reads the tokens of JSON that is known to be valid, or that breaks off.
// encoding/json gives no places of tokens in the text, and of two entries with
// the same key only the last.
type lexer struct {
	text  []byte
	whole string // text again, of which parse's strings are parts
	at    int
	start int // of what next returned last
}

// newParser is a lexer for parse.
func newParser(text []byte) *lexer { return &lexer{text: text, whole: string(text)} }

// next is the next token: its first byte, '0' for a number or a word, 0 at the
// end; and its text, of a string what stands between the quotes.
func (l *lexer) next() (kind byte, raw []byte) {
	for l.at < len(l.text) && between[l.text[l.at]]&blank != 0 {
		l.at++
	}
	if l.at >= len(l.text) {
		return 0, nil
	}
	start := l.at
	l.at++
	switch c := l.text[start]; c {
	case '{', '}', '[', ']':
		return c, nil
	case '"':
		for ; l.at < len(l.text) && l.text[l.at] != '"'; l.at++ {
			if l.text[l.at] == '\\' {
				l.at++
			}
		}
		end := min(l.at, len(l.text))
		l.at, l.start = min(end+1, len(l.text)), start+1
		return c, l.text[start+1 : end]
	}
	for l.at < len(l.text) && between[l.text[l.at]] == 0 {
		l.at++
	}
	l.start = start
	return '0', l.text[start:l.at]
}

// between are the bytes that end a number or a word: those that stand between
// tokens and mean nothing to a lexer, and those that are tokens or begin one.
var between = [256]uint8{
	' ': blank, '\t': blank, '\r': blank, '\n': blank, ',': blank, ':': blank,
	'{': mark, '}': mark, '[': mark, ']': mark, '"': mark,
}

const (
	blank = 1
	mark  = 2
)

// isKey tells whether the string that next returned is a key.
func (l *lexer) isKey() bool {
	for _, c := range l.text[l.at:] {
		if c == ':' || between[c] != blank || c == ',' {
			return c == ':'
		}
	}
	return false
}

// member is an entry of a JSON object.
type member struct {
	key   string
	value any
}

// parse reads a value: string, json.Number, []any, []member, or nil for the
// words and the end.
func (l *lexer) parse() any {
	kind, raw := l.next()
	switch kind {
	case '"':
		return l.plain(raw)
	case '0':
		if raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
			return json.Number(l.whole[l.start:l.at])
		}
		if string(raw) == "true" {
			return true
		}
	case '{':
		var object []member
		for {
			kind, raw := l.next()
			if kind != '"' {
				return object
			}
			object = append(object, member{l.plain(raw), l.parse()})
		}
	case '[':
		var list []any
		for {
			before := *l
			if kind, _ := l.next(); kind == ']' || kind == 0 {
				return list
			}
			*l = before
			list = append(list, l.parse())
		}
	}
	return nil
}

// plain is the string that next returned, without escapes.
func (l *lexer) plain(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return l.whole[l.start : l.start+len(raw)]
	}
	text, _ := unquote(raw)
	return string(text)
}

// unquote reads the escapes of what stands between the quotes of a JSON string.
// Each byte of text was made by what is in raw from at on.
func unquote(raw []byte) (text []byte, at []int) {
	for i := 0; i < len(raw); {
		start, c := i, rune(raw[i])
		i++
		if c != '\\' || i == len(raw) {
			text, at = append(text, byte(c)), append(at, start)
			continue
		}
		c = rune(raw[i])
		i++
		if k := bytes.IndexByte([]byte("bfnrt"), byte(c)); k >= 0 {
			c = rune("\b\f\n\r\t"[k])
		} else if c == 'u' {
			if c = escaped(raw[start:]); c >= 0 {
				i = start + 6
			}
			if pair := utf16.DecodeRune(c, escaped(raw[i:])); pair != utf8.RuneError {
				c, i = pair, i+6
			}
		}
		text = utf8.AppendRune(text, c) // half a pair becomes U+FFFD, as with encoding/json
		for len(at) < len(text) {
			at = append(at, start)
		}
	}
	return text, at
}

// escaped is the number of the \uXXXX that p begins with, -1 if it does not.
func escaped(p []byte) rune {
	if len(p) < 6 || p[0] != '\\' || p[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(p[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
