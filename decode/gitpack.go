package decode

import (
	"bytes"
	"encoding/binary"
)

// Pack is the head of a pack (gitformat-pack(5)).
type Pack struct {
	Version int64 `json:"version"` // 2 or 3
	Objects int64 `json:"objects"` // how many are in it
}

// packMagic begins a pack.
const packMagic = "PACK"

// packHead reads the first 12 bytes of a pack; nil if it is none.
func packHead(data []byte) *Pack {
	if len(data) < 12 || !bytes.HasPrefix(data, []byte(packMagic)) {
		return nil
	}
	return &Pack{Version: int64(binary.BigEndian.Uint32(data[4:])), Objects: int64(binary.BigEndian.Uint32(data[8:]))}
}
