package contents

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// Pack is a pack of objects (gitformat-pack(5)).
type Pack struct {
	Version  uint32 `json:"version"`            // 2
	Objects  uint32 `json:"objects"`            // how many it says to have
	Bytes    int64  `json:"bytes"`              // its size
	Checksum string `json:"checksum,omitempty"` // at its end, hex; "" if it is too short for one
	Agrees   bool   `json:"agrees"`             // the checksum is that of what stands before it
}

const (
	packMagic     = "PACK"
	packHeadBytes = 12
)

// packReader takes a pack piece by piece. It keeps the head, and as many of the last bytes as a checksum has.
type packReader struct {
	sha256 bool
	bytes  int64
	head   []byte
	sum    hash.Hash
	tail   []byte
}

// Write implements io.Writer. It has no errors.
func (p *packReader) Write(b []byte) (int, error) {
	if p.sum == nil {
		p.sum = sha1.New()
		if p.sha256 {
			p.sum = sha256.New()
		}
	}
	p.bytes += int64(len(b))
	p.head = append(p.head, b[:min(len(b), packHeadBytes-len(p.head))]...)
	last := p.sum.Size()
	if over := len(p.tail) + len(b) - last; over > 0 {
		old := min(over, len(p.tail))
		p.sum.Write(p.tail[:old])
		p.tail = p.tail[:copy(p.tail, p.tail[old:])]
		p.sum.Write(b[:over-old])
		p.tail = append(p.tail, b[over-old:]...)
	} else {
		p.tail = append(p.tail, b...)
	}
	return len(b), nil
}

// end is the pack that was written, or nil.
func (p *packReader) end(f *faults) *Pack {
	if p.bytes == 0 {
		return nil
	}
	if len(p.head) < packHeadBytes || string(p.head[:4]) != packMagic {
		f.add("%d bytes are in the place of a pack, and are none", p.bytes)
		return nil
	}
	pack := &Pack{Version: binary.BigEndian.Uint32(p.head[4:]), Objects: binary.BigEndian.Uint32(p.head[8:]), Bytes: p.bytes}
	if p.bytes >= int64(packHeadBytes+p.sum.Size()) {
		pack.Checksum = hex.EncodeToString(p.tail)
		pack.Agrees = bytes.Equal(p.sum.Sum(nil), p.tail)
	}
	if !pack.Agrees {
		f.add("the checksum at the pack's end is not that of the pack: it is cut off or changed")
	}
	return pack
}
