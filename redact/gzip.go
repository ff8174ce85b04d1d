package redact

import (
	"bytes"
	"compress/gzip"
	"io"
)

// pack compresses a body again.
func pack(plain []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(plain) // a Buffer takes all
	z.Close()
	return packed.Bytes()
}

// isBare tells that a packed body has nothing in it but what it unpacks to: its head may have a name and a comment
// (RFC 1952 §2.3), and so may those of further members.
func isBare(packed []byte) bool {
	rest := bytes.NewReader(packed)
	z, err := gzip.NewReader(rest)
	if err != nil {
		return len(packed) == 0
	}
	z.Multistream(false)
	if _, err := io.Copy(io.Discard, z); err != nil {
		return false
	}
	return rest.Len() == 0 && z.Name == "" && z.Comment == "" && len(z.Extra) == 0
}
