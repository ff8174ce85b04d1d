package contents

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// Signatures and sizes of a zip's structures (APPNOTE.TXT §4.3).
const (
	entrySignature   = 0x02014b50 // §4.3.12
	entryBytes       = 46
	localSignature   = 0x04034b50 // §4.3.7
	localBytes       = 30
	endSignature     = 0x06054b50 // §4.3.16
	endBytes         = 22
	end64Signature   = 0x06064b50 // §4.3.14
	end64Bytes       = 56
	locatorSignature = 0x07064b50 // §4.3.15
	locatorBytes     = 20
)

// zip lists a zip by its directory, which is at its end. Files are neither read nor unpacked.
func (l *listing) zip(open Open, size int64) error {
	end, err := l.zipEnd(open, size)
	if err != nil || end == nil {
		return err
	}
	l.archive.Comment = cut(end.comment)
	first := end.at - end.size
	if first < 0 || end.size < 0 {
		l.faults.add("its directory is said to have %d bytes, more than stand before its end", uint64(end.size))
		return nil
	}
	if first != end.offset {
		l.faults.add("its directory is said to be at byte %d, and is at %d", uint64(end.offset), first)
	}
	r, err := open(first)
	if err != nil {
		return err
	}
	defer r.Close()
	s := &source{r: io.LimitReader(r, end.size)}
	d := &zipDirectory{listing: l, r: bufio.NewReaderSize(s, 64<<10), first: first, base: first - end.offset}
	whole := d.read()
	if s.err != nil {
		return s.err
	}
	if uint64(l.archive.Count) != end.entries {
		l.faults.add("it is said to have %d entries, and its directory has %d", end.entries, l.archive.Count)
		whole = false
	}
	if d.claimed > uint64(first) {
		l.faults.add("its entries are said to take more than the %d bytes before its directory: they overlap, or are not there", first)
		whole = false
	}
	l.archive.Complete = whole && len(l.faults) == 0
	return nil
}

// zipDirectory is a zip's central directory as it is read.
type zipDirectory struct {
	*listing
	r       *bufio.Reader
	first   int64  // of the archive, the byte at which it begins
	base    int64  // of the archive, the byte that offsets count from
	claimed uint64 // bytes its entries take, as they say
	head    [entryBytes]byte
	rest    []byte // name, extra fields and comment of an entry
}

// read lists all entries, and tells whether the directory ended as it should.
func (d *zipDirectory) read() bool {
	for {
		_, err := io.ReadFull(d.r, d.head[:])
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil || binary.LittleEndian.Uint32(d.head[:]) != entrySignature {
			d.faults.add("entry %d of its directory is none", d.archive.Count+1)
			return false
		}
		name, extra := int(d.u16(28)), int(d.u16(30))
		n := name + extra + int(d.u16(32))
		if cap(d.rest) < n {
			d.rest = make([]byte, n) // 192 KiB at most
		}
		d.rest = d.rest[:n]
		if _, err := io.ReadFull(d.r, d.rest); err != nil {
			d.faults.add("entry %d of its directory is cut off", d.archive.Count+1)
			return false
		}
		d.entry(d.rest[:name], d.rest[name:name+extra])
	}
}

func (d *zipDirectory) u16(at int) uint16 { return binary.LittleEndian.Uint16(d.head[at:]) }

func (d *zipDirectory) u32(at int) uint32 { return binary.LittleEndian.Uint32(d.head[at:]) }

// entry takes what is in head, and what followed it.
func (d *zipDirectory) entry(name, extra []byte) {
	packed, unpacked, offset := uint64(d.u32(20)), uint64(d.u32(24)), uint64(d.u32(42))
	var modified time.Time
	eachExtra(extra, func(id uint16, field []byte) {
		switch id {
		case 1: // zip64 (§4.5.3): only what did not fit, in this order
			for _, value := range []*uint64{&unpacked, &packed, &offset} {
				if *value == 0xffffffff && len(field) >= 8 {
					*value = binary.LittleEndian.Uint64(field)
					field = field[8:]
				}
			}
		case 0x5455: // Info-ZIP's extended time: flags, seconds since 1970
			if len(field) >= 5 && field[0]&1 != 0 {
				modified = time.Unix(int64(int32(binary.LittleEndian.Uint32(field[1:]))), 0).UTC()
			}
		}
	})
	e := Entry{Name: string(name), Bytes: int64(unpacked), Packed: int64(packed)}
	if d.archive.Count < MaxEntries || d.each != nil {
		f := zip.FileHeader{Name: e.Name, CreatorVersion: d.u16(4), ExternalAttrs: d.u32(38)}
		e.Mode, e.Method, e.CRC32 = f.Mode().String(), methodName(d.u16(10)), fmt.Sprintf("%08x", d.u32(16))
		if e.Modified = modified; modified.IsZero() {
			e.Modified = dosTime(d.u16(14), d.u16(12))
		}
	}
	if e.Bytes < 0 || e.Packed < 0 || packed > uint64(d.first) || offset+localBytes > uint64(d.first) {
		if d.wrong++; d.wrong <= maxAlike {
			d.faults.add("entry %.200q is said to have %d bytes at byte %d, where there are no such", e.Name, packed, offset)
		}
		e.Bytes, e.Packed = max(e.Bytes, 0), max(e.Packed, 0)
	}
	if d.claimed <= uint64(d.first) { // once above, it stays: no sum runs over
		d.claimed += min(packed, uint64(d.first)+1) + localBytes + uint64(len(name))
	}
	d.add(e)
	if d.file != nil {
		d.file(zipFile{name: e.Name, method: d.u16(10), secret: d.u16(8)&1 != 0, at: max(0, d.base+int64(offset)), packed: e.Packed})
	}
}
