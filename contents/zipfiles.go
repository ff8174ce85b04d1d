package contents

import (
	"compress/bzip2"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// zipFile is where a file is in a zip.
type zipFile struct {
	name   string
	method uint16
	secret bool  // it is encrypted
	at     int64 // of the archive, the byte at which its local head begins
	packed int64 // bytes it has there
}

// zip gives the files of a zip to each, in the order of its directory.
func (w *files) zip(open Open, size int64) {
	z := &zipReader{open: open}
	defer z.close()
	l := &listing{archive: new(Archive)}
	l.file = func(f zipFile) {
		switch {
		case w.err != nil || f.packed == 0:
		case f.secret:
			w.fault(cut(f.name), "is encrypted")
		default:
			w.zipFile(z, f)
		}
	}
	err := l.zip(open, size)
	if w.err == nil && err != nil {
		w.err = err
	}
	w.faults = append(w.faults, l.faults...)
}

func (w *files) zipFile(z *zipReader, f zipFile) {
	if f.at < z.next { // to go back takes as long as to unpack as much as is read ahead
		w.room -= windowBytes
	}
	in, err := z.at(f)
	switch {
	case z.failed != nil:
		w.err = z.failed
	case err != nil:
		w.fault(cut(f.name), err.Error())
	}
	if err != nil {
		return
	}
	var plain io.Reader
	switch f.method {
	case 0:
		plain = in
	case 8:
		plain = flate.NewReader(in)
	case 12:
		plain = bzip2.NewReader(in)
	case 93:
		d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			w.fault(cut(f.name), "cannot be unpacked: "+err.Error())
			return
		}
		defer d.Close()
		plain = d
	default:
		w.fault(cut(f.name), fmt.Sprintf("is packed by method %d, which is not known here", f.method))
		return
	}
	unpacked := w.capped(plain)
	w.file(cut(f.name), unpacked, 1)
	switch err := unpacked.fault(); {
	case z.failed != nil:
		w.err = z.failed
	case err != nil && w.err == nil:
		w.fault(cut(f.name), "cannot be unpacked: "+err.Error())
	}
}

// zipReader reads the files of a zip where they are. They mostly follow each other, and then are one reading.
type zipReader struct {
	open   Open
	r      io.ReadCloser // nil: none is open
	next   int64         // of the archive, the byte that r gives next
	failed error         // of reading
}

func (z *zipReader) close() {
	if z.r != nil {
		z.r.Close()
	}
}

// Read implements io.Reader.
func (z *zipReader) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	z.next += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		z.failed = err
	}
	return n, err
}

// maxSkipped is up to how many bytes are read over to come to the next file.
const maxSkipped = 256 << 10

// at is what a file has in the archive.
func (z *zipReader) at(f zipFile) (io.Reader, error) {
	if z.r == nil || f.at < z.next || f.at > z.next+maxSkipped {
		z.close()
		if z.r, z.failed = z.open(f.at); z.failed != nil {
			z.r = nil
			return nil, z.failed
		}
		z.next = f.at
	}
	if _, err := io.CopyN(io.Discard, z, f.at-z.next); err != nil {
		return nil, errors.New("is not where it is said to be")
	}
	var head [localBytes]byte
	if _, err := io.ReadFull(z, head[:]); err != nil || binary.LittleEndian.Uint32(head[:]) != localSignature {
		return nil, errors.New("is not where it is said to be")
	}
	skip := int64(binary.LittleEndian.Uint16(head[26:])) + int64(binary.LittleEndian.Uint16(head[28:]))
	if _, err := io.CopyN(io.Discard, z, skip); err != nil {
		return nil, errors.New("is cut off")
	}
	return io.LimitReader(z, f.packed), nil
}
