package redact

import "bytes"

// This file reads values in a text at a cost that is bound, whatever the text: cues may stand in
// what looks like the value of the one before.

// maxShort is the length up to which a value may have any characters. What is longer is base64 or its like.
const maxShort = 128

// valueLen is the length of the value that p begins with, which one of ends ends; 0 if it is none. Open
// tells that it may go on behind p.
func valueLen(p []byte, ends string) (n int, open bool) {
	if n = bytes.IndexAny(p[:min(len(p), maxShort)], ends); n >= 0 {
		return n, false
	}
	for n = min(len(p), maxShort); n < len(p); n++ {
		switch c := p[n]; {
		case n >= maxToken:
			return 0, false
		case isTokenByte(c) && c != '=', c == '+', c == '/', c == '%', c == '~':
		case c == '=' && (n+1 == len(p) || p[n+1] == '='): // padding
		case c == '=':
			if bytes.IndexByte([]byte(ends), p[n+1]) < 0 {
				return 0, false
			}
		case bytes.IndexByte([]byte(ends), c) >= 0:
			return n, false
		default:
			return 0, false
		}
	}
	return n, true
}

// unquoted are the bytes that end a value without quotes.
const unquoted = " \t\r\n\"'`<>,;&|\\"

// quotedValue reads a value up to its end quote, or, without quotes, to what cannot be in one.
func quotedValue(p []byte) (value []byte, open bool) {
	i := 0
	for i < len(p) && i < 3 && p[i] == '\\' {
		i++
	}
	if i == len(p) {
		return nil, true
	}
	if quote := p[i]; quote == '"' || quote == '\'' || quote == '`' {
		p = p[i+1:]
		n, open := valueLen(p, string(quote)+"\r\n\\")
		return p[:n], open
	}
	n, open := valueLen(p, unquoted)
	return bytes.TrimRight(p[:n], ".)]}"), open // the end of a sentence or of a call
}

// blanks is how many blanks p begins with, up to a few.
func blanks(p []byte) int {
	n := 0
	for n < len(p) && n < 8 && (p[n] == ' ' || p[n] == '\t') {
		n++
	}
	return n
}
