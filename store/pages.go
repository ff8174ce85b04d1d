package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// checkPages walks the pages of a bbolt file without mapping it, and verifies
// that every page the tree names is there, is of its kind, is named once, keeps
// its elements inside and its keys in order. bbolt's own walks (Tx.Check, and the
// search for free pages when a file is opened for writing) run in goroutines of
// their own, where a damaged page kills the process; after this one, opening is safe.
//
// Page layout: bbolt internal/common/page.go and meta.go. Integers are in the
// machine's byte order.
func checkPages(path string) error { return walkPages(path, false) }

// checkBuckets is checkPages of nothing but the list of buckets. bbolt copies a small bucket out of
// the file, and follows what is written in it: if that is wrong, into memory that is
// the garbage collector's. It is quick, whatever the size of the file.
func checkBuckets(path string) error { return walkPages(path, true) }

func walkPages(path string, bucketsOnly bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := &pageWalk{file: f, bucketsOnly: bucketsOnly, seen: map[uint64]bool{0: true, 1: true}}
	if err := w.readMeta(); err != nil {
		return err
	}
	return w.page(w.root, 0, new(keyOrder))
}

// trim cuts off the pages behind the last one in use. With a mapping that never
// has to grow, bbolt takes 16 MiB of file at a time.
func trim(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	w := &pageWalk{file: f}
	if err = w.readMeta(); err == nil {
		err = f.Truncate(int64(w.high) * w.pageSize)
	}
	return errors.Join(err, f.Close())
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
	file        *os.File
	bucketsOnly bool // not what is in the pages of a bucket
	pageSize    int64
	root        uint64
	high        uint64 // first page that is not in use
	seen        map[uint64]bool
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

func (w *pageWalk) page(id uint64, depth int, order *keyOrder) error {
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
	return w.elements(pageBytes{whole, head}, depth, order)
}

// elements checks one page, which may be one that is kept inside a value (a
// small bucket).
func (w *pageWalk) elements(page pageBytes, depth int, order *keyOrder) error {
	header, ok := page.slice(0, pageHeaderBytes)
	if !ok {
		return fmt.Errorf("%w: a page without a header", ErrDamaged)
	}
	flags := binary.NativeEndian.Uint16(header[8:])
	count := int64(binary.NativeEndian.Uint16(header[10:]))
	if flags != branchPage && flags != leafPage || flags == branchPage && count == 0 {
		return fmt.Errorf("%w: a page of kind %#x with %d elements", ErrDamaged, flags, count)
	}
	table, ok := page.slice(pageHeaderBytes, count*pageElementBytes)
	if !ok {
		return fmt.Errorf("%w: %d elements do not fit their page", ErrDamaged, count)
	}
	for i := range count {
		e := table[i*pageElementBytes:]
		start := pageHeaderBytes + i*pageElementBytes
		if err := w.element(page, e, start, flags == branchPage, depth, order); err != nil {
			return err
		}
	}
	return nil
}

func (w *pageWalk) element(page pageBytes, e []byte, start int64, branch bool, depth int, order *keyOrder) error {
	u32 := func(at int) int64 { return int64(binary.NativeEndian.Uint32(e[at:])) }
	wrong := func(what string) error { return fmt.Errorf("%w: %s at %d in its page", ErrDamaged, what, start) }
	if branch { // pos, key size, page
		key, ok := page.slice(start+u32(0), u32(4))
		if !ok {
			return wrong("a key that lies outside")
		}
		if !order.branch(key) {
			return wrong("a key out of order")
		}
		return w.page(binary.NativeEndian.Uint64(e[8:]), depth+1, order)
	}
	at, keySize, size := start+u32(4), u32(8), u32(12) // flags, pos, key size, value size
	key, ok := page.slice(at, keySize)
	if !ok || at+keySize+size > page.Size() {
		return wrong("an element that lies outside")
	}
	if !order.leaf(key) {
		return wrong("a key out of order")
	}
	if u32(0)&bucketElement == 0 {
		return nil
	}
	return w.bucket(io.NewSectionReader(page, at+keySize, size), depth)
}

func (w *pageWalk) bucket(value *io.SectionReader, depth int) error {
	head := make([]byte, bucketBytes)
	if n, _ := value.ReadAt(head, 0); n < bucketBytes {
		return fmt.Errorf("%w: a bucket of %d bytes", ErrDamaged, n)
	}
	if root := binary.NativeEndian.Uint64(head); root != 0 {
		if w.bucketsOnly {
			return nil
		}
		return w.page(root, depth+1, new(keyOrder))
	}
	inline := io.NewSectionReader(value, bucketBytes, value.Size()-bucketBytes)
	return w.elements(pageBytes{SectionReader: inline}, depth+1, new(keyOrder))
}
