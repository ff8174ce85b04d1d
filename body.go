package runnertape

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Side is one direction of an exchange.
type Side uint8

// The two sides.
const (
	RequestSide  Side = 1 // from the client
	ResponseSide Side = 2 // from the upstream
)

// String is the word used in JSON and messages.
func (s Side) String() string {
	switch s {
	case RequestSide:
		return "request"
	case ResponseSide:
		return "response"
	}
	return fmt.Sprintf("side(%d)", uint8(s))
}

// MarshalText writes the side as its word.
func (s Side) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Side) UnmarshalText(text []byte) error {
	switch string(text) {
	case "request":
		*s = RequestSide
	case "response":
		*s = ResponseSide
	default:
		return fmt.Errorf("side %q is neither request nor response", text)
	}
	return nil
}

// Framing is how a body was delimited on the wire.
type Framing string

// The framings of HTTP/1.x (RFC 9112 §6).
const (
	NoBody  Framing = "none"    // no body could follow
	Length  Framing = "length"  // Content-Length
	Chunked Framing = "chunked" // Transfer-Encoding: chunked
	ToClose Framing = "close"   // up to the end of the connection, also after 101
)

// Body describes content as it was on the wire, still encoded; the content
// itself is kept beside the exchange.
type Body struct {
	Framing   Framing `json:"framing"`             // how it was delimited
	Declared  int64   `json:"declared,omitempty"`  // Content-Length, when Framing is Length
	Bytes     int64   `json:"bytes"`               // content bytes that passed on the wire, without chunk framing
	Stored    int64   `json:"stored"`              // content bytes kept; differs from Bytes only if Rewritten
	SHA256    Digest  `json:"sha256,omitzero"`     // of the kept content; zero while in flight
	Truncated bool    `json:"truncated,omitempty"` // the exchange broke off before the body's end
	Rewritten bool    `json:"rewritten,omitempty"` // redaction had to unpack and pack it again, or did not keep it
	Opaque    bool    `json:"opaque,omitempty"`    // an archive, a pack or other packed content, in which redaction does not replace; if it was not kept, Stored is 0, and SHA256 is of what passed or zero
	CRC32     CRC32   `json:"crc32,omitzero"`      // of what passed on the wire; only known of patch_trace requests that were redacted: runners say the same of the whole trace
}

// Dropped tells whether the body is opaque and its content was not kept: SHA256 is then of what
// passed, if that is known, and not of the content.
func (b *Body) Dropped() bool { return b.Opaque && b.Stored == 0 && b.Bytes > 0 }

// CRC32 is a CRC-32 (IEEE) of some bytes; the zero value means "not known".
type CRC32 struct {
	Sum   uint32 // if Known
	Known bool   // it was worked out
}

// String is 8 lower-case hex digits, or "" if not known.
func (c CRC32) String() string {
	if !c.Known {
		return ""
	}
	return fmt.Sprintf("%08x", c.Sum)
}

// MarshalText writes what String says.
func (c CRC32) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *CRC32) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = CRC32{}
		return nil
	}
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != 4 {
		return fmt.Errorf("CRC-32 %q is not 8 hex digits", text)
	}
	*c = CRC32{Sum: binary.BigEndian.Uint32(raw), Known: true}
	return nil
}

// Digest is a SHA-256 sum; the zero value means "not known".
type Digest [32]byte

// String is lower-case hex, or "" if not known.
func (d Digest) String() string {
	if d == (Digest{}) {
		return ""
	}
	return hex.EncodeToString(d[:])
}

// MarshalJSON writes the hex form.
func (d Digest) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Digest) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*d = Digest{}
		return nil
	}
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(d) {
		return fmt.Errorf("digest %q is not 64 hex digits", s)
	}
	copy(d[:], raw)
	return nil
}
