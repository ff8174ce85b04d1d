package redact

import (
	"bytes"
	"regexp"
)

// minPEMLine is the length from which a piece of a key is one by itself, in a text that has it.
const minPEMLine = minSecret

// traceTime is what a runner writes before each line of a log since 18.7 (FF_TIMESTAMPS), of
// which the stream's number and a sign may touch a key.
var traceTime = regexp.MustCompile(`^[0-9a-f]{2}[OE]\+`)

// keyBegin is the first line of a private key: of OpenSSL, OpenSSH or PGP.
var keyBegin = regexp.MustCompile(`^-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY( BLOCK)?-----`)

// maxKeyBegin bounds that line.
const maxKeyBegin = 64

// readPEM reads a private key, each line of which is a secret: a log shows it with other line
// ends, as an escaped string, or with a time before each line.
func readPEM(p []byte, found func(string)) (open bool) {
	begin := keyBegin.Find(p)
	if begin == nil {
		return len(p) < maxKeyBegin && bytes.Count(p, []byte("-----")) < 2 && bytes.IndexByte(p, '\n') < 0
	}
	body := p[len(begin):]
	end := bytes.Index(body, []byte("-----"))
	if end >= 0 {
		body = body[:end]
	}
	for len(body) > 0 {
		n := endOfPiece(body)
		piece := body
		if n >= 0 {
			piece = body[:n]
		}
		piece = piece[len(traceTime.Find(piece)):]
		piece = bytes.ReplaceAll(piece, []byte(`\/`), []byte("/")) // as PHP and others escape it
		if isKeyPiece(piece) {
			found(string(piece))
		}
		if n < 0 {
			break
		}
		body = body[n+lineEnd(body[n:]):]
	}
	return end < 0 && len(p) < maxCue
}

// lineEnd is the length of what ends a piece and begins p: a byte, or an escape, of which strings in
// strings have several backslashes before the letter.
func lineEnd(p []byte) int {
	n := 0
	for n < len(p) && p[n] == '\\' {
		n++
	}
	return min(n+1, len(p))
}

// endOfPiece is where a piece of a key ends, -1 if it is all of body.
func endOfPiece(body []byte) int {
	for n, c := range body {
		switch c {
		case ' ', '\t', '\r', '\n', '"', '\'', ',':
			return n
		case '\\':
			if n+1 == len(body) || body[n+1] != '/' {
				return n
			}
		}
	}
	return -1
}

// isKeyPiece tells whether a piece is base64 and no word, as a header's in a key may be.
func isKeyPiece(piece []byte) bool {
	if len(piece) < minPEMLine || len(piece) > maxToken {
		return false
	}
	for _, c := range piece {
		if alphabet(c) == "" && c != '+' && c != '/' && c != '=' {
			return false
		}
	}
	return fits(string(piece)) && !isCommon(string(piece))
}
