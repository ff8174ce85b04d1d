package redact

import (
	"bytes"
	"encoding/json"

	"runnertape/decode"
)

// This file replaces in JSON: each string is read with its escapes, whatever they
// are, and written again in the same length, so that the text stays valid and
// decodes to the stand-in of what it decoded to. Keys of the protocol and numbers
// stay, even if a variable has the same value.

// redactJSON puts stand-ins into p, which is JSON up to end, its firstValue, and
// returns it.
func (r *Redactor) redactJSON(p []byte, end int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.learnLinesOf(p) // a pattern may have a key in it
	return r.inJSON(p, end)
}

// inJSON is redactJSON with the lock held.
func (r *Redactor) inJSON(p []byte, end int) []byte {
	if end == 0 {
		maskStrings(p)
		return r.bytes(p)
	}
	r.value(p[:end], 0)
	r.bytes(p[end:])
	return p
}

// value redacts a value that is inside so many strings of JSON.
func (r *Redactor) value(p []byte, inside int) {
	for l := (lexer{text: p}); ; {
		kind, raw := l.next()
		switch {
		case kind == 0:
			return
		case kind == '"' && !(l.isKey() && protocolKey(raw)):
			r.literal(raw, inside)
		case kind == '0' && len(raw) >= minSecret:
			if s := r.secrets[string(raw)]; s != nil && s.number {
				copy(raw, s.standIn)
				r.count(s)
			}
		}
	}
}

// literal redacts what stands between the quotes of a JSON string.
func (r *Redactor) literal(raw []byte, inside int) {
	if bytes.IndexByte(raw, '\\') < 0 {
		r.bytes(raw)
		return
	}
	text, at := unquote(raw)
	before := bytes.Clone(text)
	r.plainString(text, inside)
	const hex = "0123456789abcdef"
	for i, c := range text {
		switch from := at[i]; {
		case c == before[i]:
		case raw[from] == '\\' && raw[from+1] == 'u': // a letter or a digit, spelled \u00XX
			raw[from+4], raw[from+5] = hex[c>>4], hex[c&15]
		case raw[from] == '\\' && raw[from+1] == '/': // in base64: JSON has no other character in two bytes
		case raw[from] == '\\': // spelled \X, which is no JSON
			raw[from+1] = c
		default:
			raw[from] = c
		}
	}
}

// plainString redacts the text of a JSON string, which may be JSON: that has escapes of its own.
func (r *Redactor) plainString(text []byte, inside int) {
	if inside < maxInside && len(text) > 1 && (text[0] == '{' || text[0] == '[') && decode.IsJSON(text) {
		r.value(text, inside+1)
	}
	r.bytes(text)
}

// firstValue is the length of the JSON value that p begins with, 0 if it does
// not. What may follow is not read by runners either (Go's json.Decoder).
func firstValue(p []byte) int {
	if decode.IsJSON(p) {
		return len(p)
	}
	d := json.NewDecoder(bytes.NewReader(p))
	var value json.RawMessage
	if d.Decode(&value) != nil {
		return 0
	}
	return int(d.InputOffset())
}

// maskStrings hides all strings but keys of an object or a list that broke off:
// what they are cannot be told. Nobody could use it either.
func maskStrings(p []byte) {
	if start := bytes.TrimLeft(p, " \t\r\n"); len(start) == 0 || start[0] != '{' && start[0] != '[' {
		return
	}
	for l := (lexer{text: p}); ; {
		kind, raw := l.next()
		if kind == 0 {
			return
		}
		if kind != '"' || l.isKey() && protocolKey(raw) {
			continue
		}
		for i := range raw {
			if alphabet(raw[i]) != "" && (i == 0 || raw[i-1] != '\\') {
				raw[i] = mask(string(raw[i]))[0]
			}
		}
	}
}

// protocolKey tells whether a key is one of the protocol's by the look of it.
func protocolKey(raw []byte) bool {
	for _, c := range raw {
		if (c < 'a' || c > 'z') && c != '_' {
			return false
		}
	}
	return true
}
