package store

import (
	"encoding/binary"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// Leftovers gives what the file has beside exchanges and their bodies: the texts of dictionaries, and
// what is left in pages that nothing refers to any more. That is unpacked where it can be; of what was overwritten
// in part the bytes are given as they are, and whole is false. The text is valid until visit returns. A recording
// that is being written has none that could be read.
func (r *Reader) Leftovers(visit func(text []byte, whole bool) error) error {
	err := r.view(func(tx *bbolt.Tx) error {
		return eachDictionary(tx, func(_ uint32, value []byte) error {
			content, err := r.unpack.ofDictionary(value)
			if err != nil {
				return err
			}
			return visit(content, true)
		})
	})
	if err != nil || r.borrowed {
		return err
	}
	return r.unused(visit)
}

// unused goes through the pages that no other refers to, also behind the last one.
func (r *Reader) unused(visit func(text []byte, whole bool) error) error {
	f, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &pageWalk{file: f, seen: map[uint64]bool{0: true, 1: true}}
	if err := w.readMeta(); err != nil {
		return openError(r.path, err)
	}
	if err := w.page(w.root, 0, new(keyOrder)); err != nil {
		return openError(r.path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	last := uint64(info.Size() / w.pageSize)
	for id := uint64(2); id < last; {
		if w.seen[id] {
			id++
			continue
		}
		pages := uint64(1)
		head := make([]byte, pageHeaderBytes)
		if _, err := f.ReadAt(head, int64(id)*w.pageSize); err != nil {
			return err
		}
		if binary.NativeEndian.Uint64(head) == id {
			for overflow := uint64(binary.NativeEndian.Uint32(head[12:])); pages <= overflow && int64(pages) < maxLeftover/w.pageSize && id+pages < last && !w.seen[id+pages]; pages++ {
			}
		}
		b := make([]byte, int64(pages)*w.pageSize)
		if _, err := io.ReadFull(io.NewSectionReader(f, int64(id)*w.pageSize, int64(len(b))), b); err != nil {
			return err
		}
		if err := r.leftover(b, false, visit); err != nil {
			return err
		}
		id += pages
	}
	return nil
}

// maxLeftover bounds a page with what it goes on in.
const maxLeftover = 16 << 20

// leftover gives the values of an old leaf, or the bytes of what is none. Inner is one that is kept in a value.
func (r *Reader) leftover(page []byte, inner bool, visit func(text []byte, whole bool) error) error {
	count := int(binary.NativeEndian.Uint16(page[10:]))
	if binary.NativeEndian.Uint16(page[8:]) != leafPage || pageHeaderBytes+count*pageElementBytes > len(page) {
		return visit(page, false)
	}
	for i := range count {
		start := pageHeaderBytes + i*pageElementBytes
		u32 := func(at int) int64 { return int64(binary.NativeEndian.Uint32(page[start+at:])) }
		at, size := int64(start)+u32(4)+u32(8), u32(12) // position, key size, value size
		if at+size > int64(len(page)) {
			return visit(page, false)
		}
		value := page[at : at+size]
		var err error
		if u32(0)&bucketElement == 0 {
			err = r.oldValue(value, visit)
		} else if size > bucketBytes+pageHeaderBytes && !inner { // a small bucket, with its page inside
			err = r.leftover(value[bucketBytes:], true, visit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Reader) oldValue(value []byte, visit func(text []byte, whole bool) error) error {
	encoding, rest := cutEncoding(value)
	switch encoding {
	case asReference:
		return nil
	case asJSON:
		return visit(value, true)
	case asItIs:
		return visit(rest, true)
	}
	var text []byte
	err := r.view(func(tx *bbolt.Tx) error {
		content, err := r.unpack.ofChunk(tx, nil, value)
		if err != nil && encoding == asZstd {
			content, err = r.unpack.ofRecord(tx, nil, value)
		}
		if err == nil {
			text = content
		}
		return nil
	})
	if err != nil {
		return err
	}
	if text == nil {
		return visit(rest, false)
	}
	return visit(text, true)
}
