package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// checkPages walks the pages of a bbolt file without mapping it, and verifies
// that every page the tree names is there, is of its kind, is named once, and
// keeps its elements inside. bbolt's own walks (Tx.Check, and the search for free
// pages when a file is opened for writing) run in goroutines of their own, where
// a damaged page kills the process; after this one they are safe.
//
// Page layout: bbolt internal/common/page.go and meta.go. Integers are in the
// machine's byte order.
func checkPages(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &pageWalk{file: f, seen: map[uint64]bool{0: true, 1: true}}
	if err := w.readMeta(); err != nil {
		return err
	}
	return w.page(w.root, 0)
}

const (
	pageHeaderBytes  = 16
	pageElementBytes = 16
	bucketBytes      = 16 // root page, sequence
	branchPage       = 0x01
	leafPage         = 0x02
	bucketElement    = 0x01
	maxTreeDepth     = 64
)

type pageWalk struct {
	file     *os.File
	pageSize int64
	root     uint64
	high     uint64 // first page that is not in use
	seen     map[uint64]bool
}

// readMeta takes the newer of the two meta pages whose checksum is right.
func (w *pageWalk) readMeta() error {
	info, err := w.file.Stat()
	if err != nil {
		return err
	}
	var newest uint64
	// the second meta page is one page further; bbolt tries the sizes a page can have
	for offset := int64(0); offset <= 1<<16; offset = max(1024, offset*2) {
		b := make([]byte, pageHeaderBytes+64)
		if _, err := w.file.ReadAt(b, offset); err != nil {
			break
		}
		m := b[pageHeaderBytes:]
		u64 := func(at int) uint64 { return binary.NativeEndian.Uint64(m[at:]) }
		sum := fnv.New64a()
		sum.Write(m[:56])
		if binary.NativeEndian.Uint32(m) != 0xED0CDAED || u64(56) != sum.Sum64() {
			continue
		}
		if size := int64(binary.NativeEndian.Uint32(m[8:])); w.pageSize == 0 || u64(48) > newest {
			w.pageSize, w.root, w.high, newest = size, u64(16), u64(40), u64(48)
		}
	}
	switch {
	case w.pageSize == 0:
		return ErrForeign
	case w.pageSize < 512 || w.pageSize > 1<<16:
		return fmt.Errorf("%w: pages of %d bytes", ErrDamaged, w.pageSize)
	case w.high > uint64(info.Size()/w.pageSize):
		return fmt.Errorf("%w: cut off at %d bytes, %d pages of %d bytes are in use", ErrDamaged, info.Size(), w.high, w.pageSize)
	}
	return nil
}

func (w *pageWalk) page(id uint64, depth int) error {
	if id >= w.high || depth > maxTreeDepth {
		return fmt.Errorf("%w: page %d is beyond the last", ErrDamaged, id)
	}
	head := make([]byte, w.pageSize)
	if _, err := w.file.ReadAt(head, int64(id)*w.pageSize); err != nil {
		return fmt.Errorf("%w: page %d: %v", ErrDamaged, id, err)
	}
	overflow := uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || overflow >= w.high-id {
		return fmt.Errorf("%w: page %d has a wrong head", ErrDamaged, id)
	}
	for n := id; n <= id+overflow; n++ {
		if w.seen[n] {
			return fmt.Errorf("%w: page %d is used twice", ErrDamaged, n)
		}
		w.seen[n] = true
	}
	whole := io.NewSectionReader(w.file, int64(id)*w.pageSize, int64(1+overflow)*w.pageSize)
	if err := w.elements(whole, head, depth); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// elements checks a page of which head holds at least the header. The page may be one that is kept inside a
// value (a small bucket).
func (w *pageWalk) elements(page *io.SectionReader, head []byte, depth int) error {
	flags := binary.NativeEndian.Uint16(head[8:])
	count := int64(binary.NativeEndian.Uint16(head[10:]))
	table := make([]byte, count*pageElementBytes)
	if flags != branchPage && flags != leafPage {
		return fmt.Errorf("%w: of kind %#x", ErrDamaged, flags)
	}
	if flags == branchPage && count == 0 {
		return fmt.Errorf("%w: a branch without elements", ErrDamaged)
	}
	if _, err := page.ReadAt(table, pageHeaderBytes); err != nil && count > 0 {
		return fmt.Errorf("%w: %d elements do not fit", ErrDamaged, count)
	}
	for i := range count {
		e := table[i*pageElementBytes:]
		u32 := func(at int) int64 { return int64(binary.NativeEndian.Uint32(e[at:])) }
		start := pageHeaderBytes + i*pageElementBytes
		if flags == branchPage {
			if start+u32(0)+u32(4) > page.Size() {
				return fmt.Errorf("%w: key %d lies outside", ErrDamaged, i)
			}
			if err := w.page(binary.NativeEndian.Uint64(e[8:]), depth+1); err != nil {
				return err
			}
			continue
		}
		value := start + u32(4) + u32(8)
		if value+u32(12) > page.Size() {
			return fmt.Errorf("%w: element %d lies outside", ErrDamaged, i)
		}
		if u32(0)&bucketElement != 0 {
			if err := w.bucket(io.NewSectionReader(page, value, u32(12)), depth); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *pageWalk) bucket(value *io.SectionReader, depth int) error {
	head := make([]byte, bucketBytes+pageHeaderBytes)
	n, err := value.ReadAt(head, 0)
	if n < bucketBytes {
		return fmt.Errorf("%w: a bucket of %d bytes", ErrDamaged, n)
	}
	if root := binary.NativeEndian.Uint64(head); root != 0 {
		return w.page(root, depth+1)
	}
	if err != nil {
		return fmt.Errorf("%w: an inline bucket of %d bytes", ErrDamaged, n)
	}
	return w.elements(io.NewSectionReader(value, bucketBytes, value.Size()-bucketBytes), head[bucketBytes:], depth)
}
