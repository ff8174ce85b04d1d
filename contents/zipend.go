package contents

import (
	"encoding/binary"
	"math"
)

// zipEnd is what stands at the end of a zip.
type zipEnd struct {
	at      int64 // of the archive, the byte after the directory
	entries uint64
	size    int64 // of the directory, as it says
	offset  int64 // of the directory, as it says
	comment string
}

// zipEnd finds the end record, before which a zip64 may have another. It is nil if there is none.
func (l *listing) zipEnd(open Open, size int64) (*zipEnd, error) {
	from := max(0, size-(locatorBytes+endBytes+math.MaxUint16))
	tail, err := readAt(open, from, int(size-from))
	if err != nil {
		return nil, err
	}
	at := findEnd(tail)
	if at < 0 {
		l.faults.add("it has no end record: it is cut off, or no zip")
		return nil, nil
	}
	b := tail[at:]
	comment := int(binary.LittleEndian.Uint16(b[20:]))
	e := &zipEnd{
		at: from + int64(at), entries: uint64(binary.LittleEndian.Uint16(b[10:])), comment: string(b[endBytes : endBytes+comment]),
		size: int64(binary.LittleEndian.Uint32(b[12:])), offset: int64(binary.LittleEndian.Uint32(b[16:])),
	}
	if n := len(b) - endBytes - comment; n > 0 {
		l.faults.add("%d bytes after its end", n)
	}
	if e.entries == math.MaxUint16 || e.size == math.MaxUint32 || e.offset == math.MaxUint32 {
		if at >= locatorBytes && binary.LittleEndian.Uint32(tail[at-locatorBytes:]) == locatorSignature {
			return e, l.zipEnd64(open, e, int64(binary.LittleEndian.Uint64(tail[at-locatorBytes+8:])))
		}
	}
	return e, nil
}

// findEnd is where the last end record is that fits with its comment, or -1.
func findEnd(b []byte) int {
	for at := len(b) - endBytes; at >= 0; at-- {
		if binary.LittleEndian.Uint32(b[at:]) == endSignature && at+endBytes+int(binary.LittleEndian.Uint16(b[at+20:])) <= len(b) {
			return at
		}
	}
	return -1
}

// zipEnd64 takes the record of a zip64: where the locator says, or, if something stands before the
// archive, right before the locator.
func (l *listing) zipEnd64(open Open, e *zipEnd, said int64) error {
	before := e.at - locatorBytes
	for _, at := range []int64{said, before - end64Bytes} {
		if at < 0 || at > before-end64Bytes {
			continue
		}
		b, err := readAt(open, at, end64Bytes)
		if err != nil {
			return err
		}
		if len(b) == end64Bytes && binary.LittleEndian.Uint32(b) == end64Signature {
			e.at, e.entries = at, binary.LittleEndian.Uint64(b[32:])
			e.size, e.offset = int64(binary.LittleEndian.Uint64(b[40:])), int64(binary.LittleEndian.Uint64(b[48:]))
			return nil
		}
	}
	l.faults.add("the zip64 record is not where it is said to be")
	return nil
}
