package redact

import (
	"strings"
	"unicode/utf8"
)

// beginnings are those of packed files.
var beginnings = []string{
	"PK\x03\x04", "PK\x05\x06", "PK\x07\x08", // zip
	"\x1f\x8b",         // gzip (RFC 1952)
	"\x28\xb5\x2f\xfd", // zstd (RFC 8878)
	"\xfd7zXZ\x00", "7z\xbc\xaf\x27\x1c", "LZIP", "\x04\x22\x4d\x18", "\x1f\x9d", "\x5d\x00\x00", "Rar!\x1a\x07",
	"PACK\x00\x00\x00\x02", "PACK\x00\x00\x00\x03", // gitformat-pack(5)
	"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "%PDF-", "!<arch>\n",
}

func beginsPacked(head []byte) bool {
	for _, b := range beginnings {
		if len(head) >= len(b) && string(head[:len(b)]) == b {
			return true
		}
	}
	switch {
	case len(head) >= 10 && string(head[:3]) == "BZh" && (string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17rE8P\x90"): // bzip2
		return true
	case len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18": // zstd, a frame to be skipped
		return true
	}
	return len(head) >= 262 && string(head[257:262]) == "ustar"
}

// isText tells whether the beginning of a file is text. The last character may be cut off.
func isText(head []byte) bool {
	for len(head) > 0 {
		c, n := utf8.DecodeRune(head)
		if c == utf8.RuneError && n == 1 {
			return !utf8.FullRune(head) && len(head) < utf8.UTFMax
		}
		if c < ' ' && !strings.ContainsRune("\t\n\v\f\r\b\x1b", c) {
			return false
		}
		head = head[n:]
	}
	return true
}
